import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Release artifacts", .timeLimit(.minutes(10)))
struct ReleaseTests {
    @Test("A release is byte for byte reproducible in any folder and environment")
    func sameBytes() async throws {
        let folder = try TemporaryFolder()
        let one = try await Release.make(in: folder.path.appending("one"), umask: "022", [:])
        let other = try await Release.make(
            in: folder.make("a folder of another name").appending("tree"), umask: "077",
            ["TZ": "Asia/Tokyo", "LANG": "C", "HOME": folder.path.string])
        let contents = try [one, other].map { try FolderContents.Bytes(of: $0) }
        #expect(contents[0].names == contents[1].names)
        #expect(contents[0].files == contents[1].files)
        #expect(contents[0].names.count == 5)
    }

    @Test("A release has an overlay equal to root/, a package, matching checksums and an SBOM")
    func contents() async throws {
        let folder = try TemporaryFolder()
        let release = try await Release.make(in: folder.path.appending("tree"), umask: "022", [:])
        try await Release.succeed(
            "/usr/bin/env", ["-C", release.string, "sha256sum", "--check", "SHA256SUMS"])
        let version = try await Release.succeed(
            Package.root.appending("scripts/version").string, []
        )
        .trimmingCharacters(in: .newlines)
        let architecture = try await Release.succeed("/usr/bin/dpkg", ["--print-architecture"])
            .trimmingCharacters(in: .newlines)
        let name = "pierdat-\(version)-linux-\(architecture)"

        let overlay = try folder.make("overlay")
        try await Release.succeed(
            "/bin/tar", ["-xzpf", release.appending("\(name).tar.gz").string, "-C", overlay.string])
        let unpacked = try FolderContents(of: overlay).entries
        let root = try FolderContents(of: Package.root.appending("root")).entries
        let leftBehind: Set = ["run", "var"]
        for (path, entry) in root
        where !leftBehind.contains(path.split(separator: "/").first.map(String.init) ?? "") {
            guard path != ".", !path.hasSuffix("sbom.spdx.json") else { continue }
            let its = try #require(unpacked[path], "\(path)")
            #expect(its.mode == entry.mode && its.contents == entry.contents, "\(path)")
            #expect(its.time == (Int64(Release.epoch) ?? 0) * 1_000_000_000, "\(path)")
        }
        let sbom = try #require(unpacked["usr/share/doc/pierdat/sbom.spdx.json"]).contents
        #expect(
            sbom
                == (try Data(
                    contentsOf: URL(filePath: release.appending("\(name).spdx.json").string))))
        let package = try await Release.succeed(
            "/usr/bin/dpkg-deb",
            [
                "--field", release.appending("pierdat_\(version)_\(architecture).deb").string,
                "Version",
            ])
        #expect(package == "\(version)\n")
    }

    @Test("The overlay has the files that docs/building.md lists for the overlay")
    func overlayTable() throws {
        let sections = try Package.text(of: "docs/building.md").components(separatedBy: "\n## ")
        let table = try #require(sections.first { $0.hasPrefix("What `COPY --from=pierdat") })
        let told = table.matches(of: /\n\| `([^|]*)` \|/).flatMap {
            $0.1.components(separatedBy: "`, `")
        }
        let folder = Package.root.appending("root").string
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).map { "/\($0)" }
        for path in told {
            let parts = path.split(separator: "*", omittingEmptySubsequences: false)
            #expect(
                files.contains { file in
                    parts.count == 1
                        ? file == path : file.hasPrefix(parts[0]) && file.hasSuffix(parts[1])
                }, "\(path)")
        }
        #expect(told.count >= 8, "\(told)")
    }

    @Test("Manual pages have no warnings, and every shell accepts its completions")
    func manual() async throws {
        let folder = try TemporaryFolder()
        let release = try await Release.make(in: folder.path.appending("tree"), umask: "022", [:])
        let files = try FileManager.default.contentsOfDirectory(atPath: release.string)
        let archive = try #require(files.first { $0.hasSuffix("-manual-and-completions.tar.gz") })
        let share = folder.path.appending("usr/share")
        try await Release.succeed(
            "/bin/tar", ["-xzf", release.appending(archive).string, "-C", folder.path.string])

        let pages = try FileManager.default.subpathsOfDirectory(
            atPath: share.appending("man").string
        ).filter { $0.contains(".") }.map { share.appending("man").pushing(FilePath($0)).string }
        #expect(pages.count == 8)
        let lint = try Command(
            installed: "mandoc", package: "mandoc", ["-T", "lint", "-W", "warning"] + pages)
        let ended = try await lint.run()
        #expect(ended.status == .exited(0) && ended.output == "", "\(ended)")
        for page in pages {
            let man = try Command(
                installed: "man", package: "man-db", ["--warnings", "-l", page],
                environment: ["MANROFFSEQ": "", "MANWIDTH": "80"])
            let shown = try await man.run()
            #expect(shown.status == .exited(0) && shown.errors == "", "\(page): \(shown)")
            #expect(shown.output.contains("January 31, 2026"))
        }
        let publish = try #require(pages.first { $0.hasSuffix("pierdat-publish.1") })
        #expect(
            try String(contentsOfFile: publish, encoding: .utf8).contains("Fl -web-seed Ar url"))

        for (shell, option, path) in [
            ("bash", "-n", "bash-completion/completions/"),
            ("zsh", "-n", "zsh/vendor-completions/_"),
            ("fish", "--no-execute", "fish/vendor_completions.d/"),
        ] {
            for program in ["pierdat", "pierdatd"] {
                let file = "\(share)/\(path)\(program)\(shell == "fish" ? ".fish" : "")"
                let check = try Command(installed: shell, package: shell, [option, file])
                let ended = try await check.run()
                #expect(ended.status == .exited(0) && ended.errors == "", "\(shell): \(ended)")
            }
        }
    }

    @Test("The program contains no path of the machine that built it")
    func paths() throws {
        let program = try Data(
            contentsOf: URL(filePath: Package.root.appending("root/usr/bin/pierdat").string))
        let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
        for path in [
            Package.root.string + "/", "\(home)/.cache/",
            FileManager.default.temporaryDirectory.path + "/swift",
        ] {
            #expect(program.range(of: Data(path.utf8)) == nil, "\(path)")
        }
    }

    @Test("The program's size is what scripts/size reports by library")
    func size() async throws {
        let program = Package.root.appending("root/usr/bin/pierdat").string
        let output = try await Release.succeed(
            Package.root.appending("scripts/size").string,
            [Package.root.appending(".build/static/pierdat.map").string, program])
        let rows = output.split(separator: "\n").map { $0.split(separator: " ") }
        let sizes = try rows.map { try #require(Int($0[0])) }
        let bytes = try FileManager.default.attributesOfItem(atPath: program)[.size] as? Int
        #expect(sizes.last == bytes)
        #expect(sizes.dropLast().reduce(0, +) == bytes)
        for name in ["libtorrent-rasterbar.a", "libcrypto.a", "BitTorrent"] {
            #expect(rows.contains { $0.last.map(String.init) == name }, "\(name): \(output)")
        }
    }
}

extension FolderContents {
    /// Compares only names and bytes.
    fileprivate struct Bytes {
        let files: [String: Data]
        var names: [String] { files.keys.sorted() }

        init(of folder: FilePath) throws {
            files = try FolderContents(of: folder).entries.filter { $0.key != "." }
                .mapValues(\.contents)
        }
    }
}
