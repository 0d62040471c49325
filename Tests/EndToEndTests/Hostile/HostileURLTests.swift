import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Torrent URLs on a malicious server", .serialized, .timeLimit(.minutes(3)))
struct HostileURLTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let behaviour: HostileServer.Behaviour
        let status: Int32
        /// Part of the message.
        let words: String

        init(_ behaviour: HostileServer.Behaviour, _ status: Int32, _ words: String) {
            self.behaviour = behaviour
            self.status = status
            self.words = words
        }

        var testDescription: String { behaviour.rawValue }
    }

    static let cases = [
        Case(.endlessBody, 69, "the server's answer is too large"),
        Case(.endlessHeader, 69, "the header of the server's answer is too large"),
        Case(.drip, 124, "the server did not finish in time"),
        Case(.silence, 124, "the server did not finish in time"),
        Case(.redirectLoop, 69, "the server redirects too often"),
        Case(.redirectAside, 65, "the torrent is malformed"),
        Case(.redirectToFile, 69, "redirects to file:///etc/passwd: file:// is not supported"),
        Case(.redirectToOtherScheme, 69, "redirects to gopher://127.0.0.1:1/: gopher:// is not"),
        Case(.compressedBomb, 65, "compressed with gzip; decompressed, it is not a torrent"),
        Case(.shortBody, 69, "the server's answer is truncated"),
        Case(.longBody, 65, "the torrent is malformed"),
        Case(.petabyte, 69, "the server's answer is too large"),
        Case(.cutChunks, 69, "the server's answer is truncated"),
        Case(.cutHeader, 69, "the server's answer is truncated"),
        Case(.wholeForRange, 65, "the torrent is malformed"),
        Case(.wrongRange, 69, "the server answered 206"),
        Case(.noise, 69, "the server's answer is not valid HTTP"),
        Case(.noiseBody, 65, "the torrent is malformed"),
        Case(.manyPeers, 65, "the torrent is malformed"),
        Case(.deepAnswer, 65, "the torrent is malformed"),
    ]

    @Test(
        "The download fails in time, in little memory, with one line that says why",
        arguments: cases)
    func givenUp(item: Case) async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        let before = try overlay.seedListContents
        let destination = folder.path.appending("destination")
        try await HostileServer.running { server in
            let timeout = item.status == 124 ? "2" : "60"
            let ended = try await overlay.command(
                "pierdat", "--backend", "bittorrent", "--timeout", timeout,
                server.url(item.behaviour, "a.torrent"), destination.string
            ).inLittleMemory().run()
            #expect(ended.status == .exited(item.status), "\(ended)")
            let lines = ended.errors.split(separator: "\n")
            #expect(lines.count { $0.contains(item.words) } == 1, "\(ended)")
            #expect(lines.count <= 2, "\(ended)")
        }
        #expect(!FileManager.default.fileExists(atPath: destination.string))
        #expect(try overlay.seedListContents == before)
    }

    @Test("A name whose name server does not answer fails in time")
    func silentNameServer() async throws {
        let folder = try TemporaryFolder()
        let overlay = try Overlay(folder.path.appending("overlay"))
        try await VirtualNetwork.with { network in
            let host = try await network.host()
            try await NameServer.answering("", on: host, state: folder.path) { server in
                try await server.silent {
                    let get = overlay.command(
                        "pierdat", "--backend", "bittorrent", "--timeout", "2",
                        "http://far.example/a.torrent", folder.path.appending("to").string)
                    let ended = try await host.command(server.asked(by: get)).run()
                    #expect(ended.status == .exited(124), "\(ended)")
                    #expect(
                        ended.errors.contains("cannot resolve far.example"),
                        "\(ended)")
                }
            }
        }
    }
}
