import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Download from a web server", .timeLimit(.minutes(3)))
struct WebDownloadTests {
    @Test(
        "A pinned file is downloaded in ranges, verified, recorded, and its URI with the info-hash is printed"
    )
    func pinned() async throws {
        let given = try FileAtOrigin()
        try await WebServer.serving(given.origin, state: given.folder.make("nginx")) { server in
            let url = server.url + FileAtOrigin.name
            let ended = try await given.get(url + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.isComplete)
            let line = try #require(try given.overlay.seedLines.first)
            let torrent = try #require(line.split(separator: " ").dropFirst().first)
            let hash = try #require(torrent.split(separator: "/").last).dropLast(".torrent".count)
            #expect(
                line == "pierdat-seed-bittorrent \(torrent) \(given.destination)", "\(ended)")
            #expect(
                ended.errors.contains("use '\(url)\(given.pin)&xt=urn:btih:\(hash)'"), "\(ended)")
            let requests = try server.requests
            #expect(requests.count { $0.hasPrefix("206 ") } > 1, "\(requests)")
        }
    }

    @Test("The data that a container seeds is the data of the URL")
    func seeded() async throws {
        let given = try FileAtOrigin(bytes: 1_000_000)
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(origin.url(FileAtOrigin.name) + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
            let torrent = try #require(
                ended.errors.split(separator: "xt=urn:btih:").last?.prefix(40))
            let next = try FileAtOrigin(bytes: 1_000_000)
            let supervisor = given.overlay.command("pierdatd")
            try await RunningProcess.with(supervisor) { daemon in
                let port = try await daemon.line(containing: "listening on port")
                    .split(separator: " ").last.map(String.init)
                let magnet = "magnet:?xt=urn:btih:\(torrent)&x.pe=127.0.0.1:\(port ?? "")"
                let got = try await next.get(magnet)
                #expect(got.status == .exited(0), "\(got)")
            }
            #expect(next.isComplete)
        }
    }

    @Test("Without a digest a warning says so, and the line to pin is printed")
    func bare() async throws {
        let given = try FileAtOrigin(bytes: 1)
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name)
            let ended = try await given.get(url)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("warning: the URL has no digest"), "\(ended)")
            #expect(ended.errors.contains("'\(url)\(given.pin)&xt=urn:btih:"), "\(ended)")
        }
        #expect(given.isComplete)
    }

    @Test("SHA-512 and --checksum verify as well")
    func otherDigests() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        let sha512 = FileAtOrigin.digest(of: given.contents, .sha512)
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name)
            let ended = try await given.get("\(url)#sha512:\(sha512.hex)")
            #expect(ended.status == .exited(0), "\(ended)")
            let checked = try await given.get("--checksum", given.digest.description, url)
            #expect(checked.status == .exited(0), "\(checked)")
            #expect(checked.errors.contains("there already and verified"), "\(checked)")
            let wrong = try await given.get("--checksum", sha512.description, url + given.pin)
            #expect(wrong.status == .exited(65), "\(wrong)")
        }
        #expect(given.isComplete)
    }

    @Test(
        "Servers without ranges, lengths or validators are supported",
        arguments: ["ranges=0", "chunked=1&ranges=0", "tag=weak", "tag=none", "chunked=1"])
    func plainServers(behaviour: String) async throws {
        let given = try FileAtOrigin(bytes: 10 << 20)
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(origin.url(FileAtOrigin.name, behaviour) + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.isComplete)
    }

    @Test(
        "A server without ranges is asked for the file once, even if the digest is wrong",
        arguments: [0, 65] as [Int32])
    func once(status: Int32) async throws {
        let given = try FileAtOrigin()
        let wrong = "#sha256=" + String(repeating: "0", count: 64)
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name, "ranges=0")
            let ended = try await given.get(url + (status == 0 ? given.pin : wrong))
            #expect(ended.status == .exited(status), "\(ended)")
            #expect(await origin.requests.count == 1)
        }
        #expect(given.isComplete == (status == 0))
    }

    @Test(
        "The name comes from the URL, from the server only if the URL has none, and name= overrides"
    )
    func names() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        try FileManager.default.copyItem(
            atPath: given.origin.appending(FileAtOrigin.name).string,
            toPath: given.origin.appending("index").string)
        try await Origin.serving(given.origin) { origin in
            let disposition = "disposition=attachment;%20filename=%22from%20server%22"
            var ended = try await given.get(origin.url("index", disposition) + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
            ended = try await given.get(
                origin.url("index", disposition) + given.pin + "&name=other%20name")
            #expect(ended.status == .exited(0), "\(ended)")
            let folder = origin.url("?redirect=\(origin.url("index"))".dropFirst(0).description)
            ended = try await given.get(folder + given.pin)
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("name=NAME"), "\(ended)")
            let named = "index?\(disposition)".addingPercentEncoding(
                withAllowedCharacters: .alphanumerics)
            ended = try await given.get(
                origin.url("", "redirect=/\(named ?? "")") + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(Set(given.arrived.keys) == ["index", "other name", "from server"])
    }

    @Test("A server chooses neither the name of a hidden file nor that of a file that is there")
    func namesFromServer() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        try FileManager.default.moveItem(
            atPath: given.origin.appending(FileAtOrigin.name).string,
            toPath: given.origin.appending("index").string)
        try await Origin.serving(given.origin) { origin in
            func uri(named name: String) -> String {
                let file = "/index?disposition=attachment;%20filename=\(name)"
                    .addingPercentEncoding(withAllowedCharacters: .alphanumerics)
                return origin.url("", "redirect=\(file ?? "")") + given.pin
            }
            var ended = try await given.get(uri(named: ".profile"))
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(given.arrived.isEmpty)
            ended = try await given.get(uri(named: "tool"))
            #expect(ended.status == .exited(0), "\(ended)")
            ended = try await given.get(uri(named: "tool"))
            #expect(ended.status == .exited(0), "\(ended)")
            let tool = URL(filePath: given.destination.appending("tool").string)
            try Data("other".utf8).write(to: tool)
            ended = try await given.get(uri(named: "tool"))
            #expect(ended.status == .exited(73), "\(ended)")
            #expect(ended.errors.contains("name=NAME"), "\(ended)")
            #expect(try Data(contentsOf: tool) == Data("other".utf8))
        }
    }

    @Test("An empty file is downloaded, and there is nothing to seed")
    func empty() async throws {
        let given = try FileAtOrigin(bytes: 0)
        try await Origin.serving(given.origin) { origin in
            let ended = try await given.get(origin.url(FileAtOrigin.name) + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("nothing to seed"), "\(ended)")
        }
        #expect(given.isComplete)
        #expect(try given.overlay.seedLines.isEmpty)
    }

    @Test(
        "An empty file in the place of another leads to nothing", .timeLimit(.minutes(1)),
        arguments: ["", "ranges=0"])
    func wronglyEmpty(behaviour: String) async throws {
        let given = try FileAtOrigin(bytes: 0)
        let digest = FileAtOrigin.digest(of: Data("data".utf8)).hex
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name, behaviour) + "#sha256=\(digest)"
            let ended = try await given.get(uri)
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("does not match"), "\(ended)")
        }
        #expect(given.arrived.isEmpty)
    }

    @Test("Another file of that name is replaced, and a folder is left alone")
    func occupied() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        let place = given.destination.appending(FileAtOrigin.name)
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: given.destination.string, withIntermediateDirectories: true)
        try Data("other".utf8).write(to: URL(filePath: place.string))
        try await Origin.serving(given.origin) { origin in
            let uri = origin.url(FileAtOrigin.name) + given.pin
            var ended = try await given.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("has other data and will be replaced"), "\(ended)")
            #expect(given.isComplete)
            try manager.removeItem(atPath: place.string)
            try manager.createDirectory(atPath: place.string, withIntermediateDirectories: true)
            ended = try await given.get(uri)
            #expect(ended.status == .exited(73), "\(ended)")
        }
        #expect(
            try manager.contentsOfDirectory(atPath: given.destination.string) == [FileAtOrigin.name]
        )
    }

    @Test("pierdat seed verifies a file that was there before, and records it")
    func verify() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        let uri = "http://127.0.0.1:1/\(FileAtOrigin.name)"
        let file = given.origin.appending(FileAtOrigin.name)
        for path in [given.origin, file] {
            let ended = try await given.overlay.pierdat("seed", uri + given.pin, path.string)
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(try given.overlay.seedLines.count == 1)
        let wrong = try await given.overlay.pierdat(
            "seed", "\(uri)#sha256=\(String(repeating: "0", count: 64))", file.string)
        #expect(wrong.status == .exited(65), "\(wrong)")
        let unknown = try await given.overlay.pierdat("seed", uri, file.string)
        #expect(unknown.status == .exited(65), "\(unknown)")
        #expect(unknown.errors.contains("without a digest"), "\(unknown)")
    }
}
