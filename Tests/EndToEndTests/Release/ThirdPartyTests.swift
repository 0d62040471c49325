import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Third-party licences")
struct ThirdPartyTests {
    private struct Document: Decodable {
        struct Package: Decodable {
            struct Reference: Decodable { let referenceLocator: String }
            enum CodingKeys: String, CodingKey {
                case identifier = "SPDXID"
                case name, versionInfo, licenseDeclared, externalRefs
            }
            let identifier: String
            let name: String
            let versionInfo: String
            let licenseDeclared: String
            let externalRefs: [Reference]?
        }
        struct File: Decodable {
            struct Checksum: Decodable {
                let algorithm: String
                let checksumValue: String
            }
            let fileName: String
            let checksums: [Checksum]
        }
        struct Relationship: Decodable {
            let spdxElementId: String
            let relationshipType: String
            let relatedSpdxElement: String
        }
        let spdxVersion: String
        let packages: [Package]
        let files: [File]
        let relationships: [Relationship]

        /// The package URLs of everything that is linked, unescaped.
        var locators: [String] {
            packages.flatMap { $0.externalRefs ?? [] }
                .map { $0.referenceLocator.replacingOccurrences(of: "%2B", with: "+") }
        }
    }

    private static let folder = "root/usr/share/doc/pierdat"

    private func document() throws -> Document {
        try JSONDecoder().decode(
            Document.self, from: Data(Package.text(of: "\(Self.folder)/sbom.spdx.json").utf8))
    }

    /// The archives from which the linker took anything: the first section of its map.
    private func linked() throws -> Set<String> {
        let map = try FileHandle(
            forReadingFrom: URL(
                filePath: Package.root.appending(".build/static/pierdat.map").string))
        let start = String(decoding: try map.read(upToCount: 1 << 22) ?? Data(), as: UTF8.self)
        let end = try #require(start.range(of: "\nDiscarded input sections\n")).lowerBound
        return Set(
            start[..<end].split(separator: "\n").filter { $0.hasPrefix("/") }.compactMap { line in
                line.range(of: ".a(").map { String(line[..<$0.lowerBound]) + ".a" }
            })
    }

    @Test("The SBOM names each linked Debian library in its installed version")
    func debian() async throws {
        let locators = try document().locators
        let archives = try linked().filter {
            ($0.hasPrefix("/lib/") || $0.hasPrefix("/usr/lib/")) && !$0.contains("/swift_static/")
        }
        #expect(archives.count >= 4, "\(archives)")
        for archive in archives {
            let path = URL(filePath: archive).resolvingSymlinksInPath().path
            let owner = try await Command("/usr/bin/dpkg-query", ["-S", path]).run().output
            let package = try #require(
                owner.split(separator: ": ").first.map(String.init), "\(path)")
            let format = "pkg:deb/debian/${source:Package}@${source:Version}"
            let expected = try await Command("/usr/bin/dpkg-query", ["-W", "-f", format, package])
                .run().output
            #expect(locators.contains(expected), "\(archive)")
        }
    }

    @Test("The SBOM names each linked Swift package in its pinned version")
    func swiftPackages() throws {
        struct Resolved: Decodable {
            struct Pin: Decodable {
                struct State: Decodable { let version: String }
                let location: String
                let state: State
            }
            let pins: [Pin]
        }
        let locators = try document().locators
        let resolved = try JSONDecoder().decode(
            Resolved.self, from: Data(Package.text(of: "Package.resolved").utf8))
        // Other packages are used only by tests.
        let linked = resolved.pins.filter { pin in
            ["/swift-argument-parser", "/swift-system"].contains(where: pin.location.hasSuffix)
        }
        let expected = linked.map { pin in
            "pkg:swift/\(pin.location.dropFirst("https://".count))@\(pin.state.version)"
        }
        #expect(linked.count == 2)
        #expect(Set(locators.filter { $0.hasPrefix("pkg:swift/") }) == Set(expected))
    }

    @Test(
        "The SBOM covers exactly the works of the linked archives")
    func complete() throws {
        let names = Set(try document().packages.map(\.name))
        let owners = [
            ("libtorrent-rasterbar", "libtorrent-rasterbar"), ("libcurl", "curl"),
            ("libexpat", "expat"), ("libnghttp2", "nghttp2"), ("libssl", "openssl"),
            ("libcrypto", "openssl"), ("libstdc++", "gcc"), ("libgcc", "gcc"), ("libc.", "glibc"),
            ("libm", "glibc"), ("libresolv", "glibc"), ("libpthread", "glibc"), ("libdl", "glibc"),
            ("libz.", "zlib"), ("libdispatch", "libdispatch"), ("libBlocksRuntime", "libdispatch"),
            ("libswift", "swift"), ("libFoundation", "swift"), ("lib_Foundation", "swift"),
        ]
        var found: Set = ["pierdat", "boost", "swift-argument-parser", "swift-system"]
        for archive in try linked() {
            let name = FilePath(archive).lastComponent?.string ?? ""
            let owner = owners.first { name.hasPrefix($0.0) }?.1
            #expect(owner.map(names.contains) == true, "\(archive)")
            found.insert(owner ?? "")
        }
        #expect(names == found)
    }

    @Test("The SBOM describes the very program in the overlay")
    func program() async throws {
        let document = try document()
        #expect(document.spdxVersion == "SPDX-2.3")
        let path = Package.root.appending("root/usr/bin/pierdat").string
        let sum = try await Command("/usr/bin/sha256sum", [path]).run().output
        let file = try #require(document.files.first { $0.fileName == "./usr/bin/pierdat" })
        let told = file.checksums.first { $0.algorithm == "SHA256" }?.checksumValue
        #expect(told.map { sum.hasPrefix($0) } == true)
        let linked = document.relationships.filter { $0.relationshipType == "STATIC_LINK" }
            .map(\.relatedSpdxElement)
        let libraries = document.packages.filter { $0.name != "pierdat" }.map(\.identifier)
        #expect(Set(linked) == Set(libraries))
    }

    @Test("The notices name each work with its licence and its requirements")
    func notices() throws {
        let notices = try Package.text(of: "\(Self.folder)/THIRD-PARTY-NOTICES")
        for package in try document().packages where package.name != "pierdat" {
            let line = "  \(package.name) \(package.versionInfo): \(package.licenseDeclared)\n"
            #expect(notices.contains(line), "\(line)")
        }
        for text in [
            "Copyright (c) 2003-2020, Arvid Norberg", "Daniel Stenberg, <daniel@haxx.se>",
            "Tatsuhiro Tsujikawa", "The OpenSSL Project Authors",
            "GNU LESSER GENERAL PUBLIC LICENSE", "How to link Pierdat with another version of it",
            "GCC RUNTIME LIBRARY EXCEPTION", "Boost Software License - Version 1.0",
            "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION",
        ] {
            #expect(notices.contains(text), "\(text)")
        }
        #expect(try Package.text(of: "\(Self.folder)/LICENSE") == Package.text(of: "LICENSE.txt"))
    }

    @Test("An unlisted library fails the build")
    func unknownLibrary() async throws {
        let folder = try TemporaryFolder()
        let map = folder.path.appending("map")
        try """
        Memory map

        .text           0x0000000000401000   0x20
         .text          0x0000000000401000   0x20 /usr/lib/libunheardof.a(one.o)

        """.write(toFile: map.string, atomically: true, encoding: .utf8)
        let ended = try await Command(
            Package.root.appending("scripts/third-party"),
            [map.string, "/bin/true", folder.path.appending("doc").string],
            environment: ProcessInfo.processInfo.environment
        ).run()
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains("libunheardof.a"), "\(ended)")
    }
}
