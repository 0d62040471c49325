// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

// The libtorrent that `make setup` builds. Its headers are system headers, because they cause warnings.
// `make test-asan` and `make test-tsan` use an instrumented libtorrent.
let sanitizer = Context.environment["PIERDAT_SANITIZER"].map { "-\($0)" } ?? ""
let libtorrent = "\(Context.packageDirectory)/.engine\(sanitizer)"
let cxx: [CXXSetting] = [
    // Headers in other folders are included by their path below Sources.
    .unsafeFlags([
        "-I", "\(Context.packageDirectory)/Sources",
        "-isystem", "\(libtorrent)/include",
        "-include", "\(Context.packageDirectory)/Sources/CLibtorrent/engine.hpp",
    ]),
    .treatAllWarnings(as: .error),
]

// The libcurl that `make setup` builds.
let curl = "\(Context.packageDirectory)/.curl"

// The linker searches static libraries once, in order, so OpenSSL must follow the libraries that need it. SwiftPM
// puts flags after libraries.
let openssl = LinkerSetting.unsafeFlags(["-lssl", "-lcrypto"])

let package = Package(
    name: "pierdat",
    products: [
        .executable(name: "pierdat", targets: ["pierdat"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "pierdat",
            dependencies: [
                "BackendContract", "Backends", "BitTorrent", "Conformance", "Digest",
                "EnvironmentSettings", "ImageLayer", "IPFS", "LinuxSystem", "Origins",
                "ProductVersion", "SeedList", "Supervisor",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(name: "ProductVersion", swiftSettings: strict),
        .target(name: "BackendContract", swiftSettings: strict),
        .target(
            name: "EnvironmentSettings",
            dependencies: [
                "BackendContract", "BitTorrent", "Digest", "IPFS", "LinuxSystem", "Origins",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "SeedList",
            dependencies: [
                "LinuxSystem", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(name: "Metrics", dependencies: ["LinuxSystem"], swiftSettings: strict),
        .target(
            name: "Backends",
            dependencies: [
                "BackendContract", "CLinux", "LinuxSystem", "SeedList",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "Conformance",
            dependencies: [
                "BackendContract", "Backends", "CLinux", "Digest", "ImageLayer", "LinuxSystem",
                "SeedList", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "Supervisor",
            dependencies: [
                "BackendContract", "LinuxSystem", "Metrics", "ProductVersion", "SeedList",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "ImageLayer",
            dependencies: [
                "BackendContract", "CLinux", "LinuxSystem",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "BitTorrent",
            dependencies: [
                "CLibtorrent", "Digest", "HTTP", "LinuxSystem", "Metrics", "ProductVersion",
                "SeedList",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "Origins",
            dependencies: [
                "BitTorrent", "CXML", "Digest", "HTTP", "LinuxSystem",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "IPFS",
            dependencies: [
                "BitTorrent", "Digest", "HTTP", "LinuxSystem", "Origins",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "HTTP",
            dependencies: [
                "CCurl", "LinuxSystem", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "Digest",
            dependencies: ["CDigest", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: strict),
        .target(
            name: "LinuxSystem",
            dependencies: [
                "CLinux", "CProcess", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .systemLibrary(name: "CLinux"),
        .target(name: "CProcess", cSettings: [.treatAllWarnings(as: .error)]),
        .target(
            name: "CXML", cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("expat")]),
        .target(
            name: "CDigest", cSettings: [.treatAllWarnings(as: .error)], linkerSettings: [openssl]),
        .target(name: "PieceHashing", publicHeadersPath: ".", cxxSettings: cxx),
        .target(
            name: "DiskBackend", dependencies: ["PieceHashing"], publicHeadersPath: ".",
            cxxSettings: cxx),
        .target(
            name: "NetworkGuard",
            dependencies: ["CProcess"],
            cxxSettings: cxx,
            linkerSettings: [
                // PIERDAT_ALLOW and PIERDAT_PROXY also apply to name lookups (see network.cpp).
                .unsafeFlags([
                    "-Xlinker", "--wrap=__connect", "-Xlinker", "--wrap=getaddrinfo",
                ])
            ]),
        .target(
            name: "CCurl",
            cSettings: [
                .unsafeFlags(["-isystem", "\(curl)/include"]), .treatAllWarnings(as: .error),
            ],
            linkerSettings: [
                .unsafeFlags(["-L\(curl)/lib"]),
                .linkedLibrary("curl"), .linkedLibrary("nghttp2"), openssl,
            ]),
        .target(
            name: "CLibtorrent",
            dependencies: ["CProcess", "DiskBackend", "NetworkGuard"],
            cxxSettings: cxx,
            linkerSettings: [
                .unsafeFlags(["-L\(libtorrent)/lib"]),
                .linkedLibrary("torrent-rasterbar"), .linkedLibrary("stdc++"),
                .linkedLibrary("z"), openssl,
            ]),
        .testTarget(
            name: "SeedListTests",
            dependencies: ["SeedList", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: strict),
        .testTarget(
            name: "BackendsTests",
            dependencies: [
                "Backends", "PeerFixtures", "SeedList",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SupervisorTests",
            dependencies: [
                "LinuxSystem", "Metrics", "PeerFixtures", "SeedList", "Supervisor", "TestSeed",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ImageLayerTests",
            dependencies: [
                "ImageLayer", "LinuxSystem",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "DiskComparison",
            dependencies: ["CLibtorrent", "DiskBackend"],
            path: "Tests/DiskComparison",
            cxxSettings: cxx),
        .target(
            name: "DiskFaults",
            path: "Tests/DiskFaults",
            cxxSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [
                .unsafeFlags(["-Xlinker", "--wrap=preadv", "-Xlinker", "--wrap=pwritev"])
            ]),
        .testTarget(
            name: "PierdatdTests",
            dependencies: [
                "CLinux", "LinuxSystem", "PeerFixtures", "TestSeed",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DigestTests",
            dependencies: [
                "Digest", "PeerFixtures",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "OriginsTests",
            dependencies: [
                "BitTorrent", "Digest", "HTTP", "Origins", "PeerFixtures",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "IPFSTests",
            dependencies: [
                "BitTorrent", "Digest", "IPFS", "PeerFixtures",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "HTTPTests",
            dependencies: [
                "HTTP", "LinuxSystem", "PeerFixtures",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "BitTorrentTests",
            dependencies: [
                "BitTorrent", "CLibtorrent", "Digest", "DiskComparison", "DiskFaults",
                "LinuxSystem", "Metrics", "SeedList",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EnvironmentSettingsTests",
            dependencies: ["BitTorrent", "EnvironmentSettings"],
            swiftSettings: strict),
        .target(
            name: "FuzzedEngine",
            dependencies: ["CLibtorrent", "DiskBackend"],
            path: "Tests/Fuzz/Engine",
            cxxSettings: cxx),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Backends", "BitTorrent", "Digest", "EnvironmentSettings", "FuzzedEngine", "HTTP",
                "IPFS", "ImageLayer", "LinuxSystem", "Metrics", "Origins", "SeedList", "Supervisor",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Fuzz/Targets",
            swiftSettings: strict),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: strict),
        .target(
            name: "PeerFixtures",
            dependencies: [
                "LinuxSystem",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/PeerFixtures",
            exclude: [
                "canonical-torrent.py", "connect-proxy.py", "file_server.py", "ftp-server.py",
                "hostile-server.py", "hostile-udp-tracker.py", "hub.py", "ipfs-command.py",
                "ipfs-gateway.py", "origin.py", "records.py",
                "scripted-server.py",
                "signing-server.py",
            ],
            swiftSettings: strict),
        .target(
            name: "TestSeed", dependencies: ["PeerFixtures"], path: "Tests/TestSeed",
            swiftSettings: strict),
        // Writes the manual pages for `make release`.
        .executableTarget(
            name: "pierdat-manual", path: "packaging/manual", swiftSettings: strict),
        .executableTarget(
            name: "pierdat-bench",
            dependencies: [
                "CLinux", "LinuxSystem", "PeerFixtures",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "bench",
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Digest", "LinuxSystem", "PeerFixtures", "TestSeed",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)

// Only for `make fuzz`: it has no main function of its own, so it cannot be part of a normal build.
if Context.environment["PIERDAT_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "pierdat-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Driver",
            swiftSettings: strict))
}

// These test the overlay's programs, which are never instrumented, or are not tests.
if Context.environment["PIERDAT_SANITIZER"] != nil {
    package.targets.removeAll {
        ["EndToEndTests", "PierdatdTests", "pierdat-bench", "pierdat-manual"].contains($0.name)
    }
}
