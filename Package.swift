// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

// What decides the layout of libtorrent's types. SwiftPM passes only search paths and
// libraries on from pkg-config, so the definitions of libtorrent-rasterbar.pc stand here.
let libtorrentDefinitions: [CXXSetting] = [
    .define("BOOST_ASIO_ENABLE_CANCELIO"),
    .define("BOOST_ASIO_NO_DEPRECATED"),
    .define("TORRENT_USE_OPENSSL"),
    .define("TORRENT_USE_LIBCRYPTO"),
    .define("TORRENT_SSL_PEERS"),
    .define("OPENSSL_NO_SSL2"),
]

let package = Package(
    name: "pierdat",
    products: [
        .executable(name: "pierdat", targets: ["pierdat"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "pierdat",
            dependencies: [
                "Backends", "BitTorrent", "Layer", "LinuxSystem", "SeedList", "Supervisor",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "SeedList",
            dependencies: [.product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: strict),
        .target(
            name: "Backends",
            dependencies: [
                "LinuxSystem", "SeedList",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "Supervisor",
            dependencies: [
                "LinuxSystem", "SeedList",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "Layer",
            dependencies: [
                "CLinux", "LinuxSystem", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "BitTorrent",
            dependencies: [
                "CLibtorrent", "LinuxSystem", "SeedList",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "LinuxSystem",
            dependencies: ["CLinux", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: strict),
        .systemLibrary(name: "CLinux"),
        .target(
            name: "CLibtorrent",
            dependencies: ["CLibtorrentRasterbar"],
            cxxSettings: libtorrentDefinitions + [.treatAllWarnings(as: .error)],
            linkerSettings: [
                .linkedLibrary("ssl"), .linkedLibrary("crypto"),
                // Look-ups of names keep to PIERDAT_ALLOW and PIERDAT_PROXY, too (see network.cpp).
                .unsafeFlags([
                    "-Xlinker", "--wrap=__connect", "-Xlinker", "--wrap=getaddrinfo",
                ]),
            ]),
        .systemLibrary(
            name: "CLibtorrentRasterbar",
            pkgConfig: "libtorrent-rasterbar",
            providers: [.apt(["libtorrent-rasterbar-dev"])]),
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
            name: "SupervisorTests", dependencies: ["Supervisor"], swiftSettings: strict),
        .testTarget(
            name: "LayerTests",
            dependencies: [
                "Layer", "LinuxSystem", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "DiskComparison",
            dependencies: ["CLibtorrent"],
            path: "Tests/DiskComparison",
            cxxSettings: libtorrentDefinitions + [
                .treatAllWarnings(as: .error), .headerSearchPath("../../Sources/CLibtorrent"),
            ]),
        .testTarget(
            name: "PierdatdTests",
            dependencies: [
                "CLinux", "LinuxSystem", "PeerFixtures",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "BitTorrentTests",
            dependencies: [
                "BitTorrent", "CLibtorrent", "DiskComparison",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        .target(
            name: "FuzzedEngine",
            dependencies: ["CLibtorrent"],
            path: "Tests/Fuzz/Engine",
            cxxSettings: libtorrentDefinitions + [
                .treatAllWarnings(as: .error), .headerSearchPath("../../../Sources/CLibtorrent"),
            ]),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Backends", "BitTorrent", "FuzzedEngine", "Layer", "LinuxSystem", "SeedList",
                "Supervisor", .product(name: "SystemPackage", package: "swift-system"),
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
            exclude: ["hostile-server.py", "hostile-udp-tracker.py"],
            swiftSettings: strict),
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
                "LinuxSystem", "PeerFixtures",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)

// Only `make fuzz` builds it: what libFuzzer calls has no place in an ordinary build.
if Context.environment["PIERDAT_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "pierdat-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Driver",
            swiftSettings: strict))
}
