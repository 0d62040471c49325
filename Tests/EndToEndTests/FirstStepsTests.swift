import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("First steps that go wrong", .timeLimit(.minutes(3)))
struct FirstStepsTests {
    private static let hash = "0123456789abcdef0123456789abcdef01234567"

    @Test(
        "Without a network, the message says so and what to do",
        arguments: [
            ("magnet:?xt=urn:btih:\(hash)&tr=udp://tracker.example:6969/announce", 124),
            ("http://host.example/x.torrent", 69),
        ] as [(String, Int32)])
    func noNetwork(uri: String, status: Int32) async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        let ended = try await overlay.command(
            "pierdat", "--backend", "bittorrent", "--stall-timeout", "2", uri,
            folder.path.appending("d").string
        ).started(by: "/usr/bin/unshare", ["--net"]).run()
        #expect(ended.status == .exited(status), "\(ended)")
        #expect(
            ended.errors.contains(
                "there is no network: only the loopback interface has an address"),
            "\(ended)")
        #expect(ended.errors.contains("RUN --network=host"), "\(ended)")
    }

    @Test(
        "A wrong URL of a .torrent is reported with the likely mistake",
        arguments: [
            ("http://127.0.0.1:1/x.torrent", "Connection refused. Is the port right"),
            ("http://host.invalid/x.torrent", "Is the name right?"),
            ("http://SERVER/none.torrent", "the server answered 404 Not Found. Is the path right?"),
            ("https://SERVER/none.torrent", "The server does not speak TLS there: is it http://"),
        ])
    func wrongURL(uri: String, words: String) async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        try await WebServer.serving(folder.make("web"), state: folder.make("nginx")) { server in
            let ended = try await overlay.pierdat(
                "--backend", "bittorrent", uri.replacing("SERVER", with: server.authority),
                folder.path.appending("d").string)
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(ended.errors.contains(words), "\(ended)")
        }
    }

    @Test("A DEST on a read-only file system is reported with what to do")
    func readOnly() async throws {
        let given = try await Arrangement()
        let destination = try given.folder.make("d").string
        let ended = try await given.overlay.command(
            "pierdat", given.torrent.path.string, destination
        ).started(
            by: "/usr/bin/unshare",
            [
                "--mount", "sh", "-ec",
                #"mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; shift; exec "$@""#, "sh",
                destination,
            ]
        ).run()
        #expect(ended.status == .exited(73), "\(ended)")
        let words = "\(destination): Read-only file system. Mount a volume there, or choose another"
        #expect(ended.errors.contains(words), "\(ended)")
    }

    @Test("A mistyped 'magnet:' is reported with the right spelling")
    func mistyped() async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        let ended = try await overlay.pierdat(
            "magent:?xt=urn:btih:\(Self.hash)", folder.path.appending("d").string)
        #expect(ended.status == .exited(65), "\(ended)")
        #expect(ended.errors.contains("begins with 'magnet:?'"), "\(ended)")
    }
}
