import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Failures of downloads of records", .timeLimit(.minutes(3)))
struct RecordFailureTests {
    typealias Kind = RecordServer.Kind

    @Test(
        "What a server refuses, or does not have, is explained", arguments: Kind.allCases,
        [
            (#"{"status": 404}"#, 66, "404"), (#"{"status": 410}"#, 66, "410"),
            (#"{"status": 403}"#, 69, "PIERDAT_HTTP_HEADER_FILE"),
            (#"{"status": 401}"#, 69, "PIERDAT_HTTP_HEADER_FILE"),
            (#"{"page": 1}"#, 69, "not that of the server's API"),
            (#"{"token": "x"}"#, 69, "PIERDAT_HTTP_HEADER_FILE"),
            (#"{"undigested": ["readme.txt"]}"#, 65, "no digest or size of 'readme.txt'"),
            (#"{"twice": "readme.txt"}"#, 65, "two files named 'readme.txt'"),
            (#"{"rename": {"readme.txt": "empty"}}"#, 65, "two files named 'empty'"),
            (#"{"rename": {"readme.txt": "../x"}}"#, 65, "cannot be the name of a file"),
            (#"{"rename": {"readme.txt": "/etc/x"}}"#, 65, "cannot be the name of a file"),
            (#"{"rename": {"readme.txt": "a/../../x"}}"#, 65, "cannot be the name of a file"),
            (#"{"rename": {"readme.txt": "a\u0000b"}}"#, 65, "cannot be the name of a file"),
            (#"{"rename": {"readme.txt": "sub"}}"#, 65, "would have to be a file and the folder"),
            (#"{"lie": {"data.bin": -1}}"#, 65, nil),
            (#"{"lie": {"data.bin": 5}}"#, 65, "bytes instead of 5"),
            (#"{"lie": {"data.bin": 99999999}}"#, 65, "bytes instead of 99999999"),
            (#"{"corrupt": ["data.bin"]}"#, 65, "does not match: expected"),
            (#"{"corrupt": ["readme.txt"]}"#, 65, "does not match: expected"),
        ] as [(String, Int32, String?)])
    func refused(kind: Kind, expected: (String, Int32, String?)) async throws {
        let (behaviour, status, words) = expected
        let given = try RecordAtServer()
        try given.behave(behaviour)
        try await given.serving { server in
            let ended = try await given.get(server.uri(kind))
            #expect(ended.status == .exited(status), "\(ended)")
            if let words { #expect(ended.errors.contains(words), "\(ended)") }
            #expect(given.arrived["\(RecordAtServer.name(kind))/data.bin"] == nil || status == 65)
            #expect(try given.overlay.seedLines.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: "\(given.folder.path)/x"))
            try given.behave("{}")
            let again = try await given.get(server.uri(kind))
            #expect(again.status == .exited(0), "\(again)")
            #expect(given.arrived == given.expected(kind))
        }
    }

    @Test(
        "A token is sent to the server that the URI names alone, and never printed",
        arguments: Kind.allCases)
    func token(kind: Kind) async throws {
        var given = try RecordAtServer()
        try given.behave(#"{"token": "s3cret"}"#)
        let header = given.folder.path.appending("header")
        try "Authorization: Bearer s3cret\n".write(
            toFile: header.string, atomically: true, encoding: .utf8)
        given.overlay.environment["PIERDAT_HTTP_HEADER_FILE"] = header.string
        let content = given
        try await given.serving { server in
            let ended = try await content.get(server.uri(kind))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(content.arrived == content.expected(kind))
            #expect(!"\(ended)".contains("s3cret"), "\(ended)")
            for request in await server.requests {
                #expect(
                    request.authorization == (request.server == "node" ? "-" : "Bearer s3cret"))
            }
        }
    }

    @Test("A record that names files on another server is refused before that is asked")
    func foreign() async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            for place in [
                "http://localhost:\(server.port)", "http://u:p@127.0.0.1:\(server.port)",
                "file:///etc",
            ] {
                try given.behave(#"{"foreign": "\#(place)"}"#)
                let ended = try await given.get(server.uri(.zenodo))
                #expect(ended.status == .exited(69), "\(ended)")
                #expect(ended.errors.contains("a file on another server"), "\(ended)")
            }
            #expect(await server.requests.allSatisfy { !$0.isContent })
        }
    }

    @Test("A record without files, and an item that does not exist or is not shown, are reported")
    func absent() async throws {
        let given = try RecordAtServer(files: [:])
        try FileManager.default.createDirectory(
            atPath: given.record.appending("files").string, withIntermediateDirectories: true)
        try await given.serving { server in
            for (uri, status) in [
                (server.uri(.zenodo), Int32(69)), (server.uri(.dataverse), 65),
                (server.uri(.archive), 65),
                (server.uri(.archive).replacing("/item", with: "/other"), 66),
                (server.uri(.zenodo).replacing("/123", with: "/5"), 66),
                (server.uri(.dataverse).replacing("@1.0", with: "@2.0"), 66),
            ] {
                let ended = try await given.get(uri)
                #expect(ended.status == .exited(status), "\(ended)")
            }
            try given.behave(#"{"dark": true}"#)
            let dark = try await given.get(server.uri(.archive))
            #expect(dark.status == .exited(69), "\(dark)")
        }
    }

    @Test(
        "The page of a record is left to this backend by http, unless the URL has a digest or http is named",
        arguments: [
            ("https://zenodo.org/records/123", [:], 1),
            ("https://archive.org/details/item", [:], 1),
            ("https://h.example/dataset.xhtml?persistentId=doi:10.5072/FK2/A", [:], 1),
            ("https://zenodo.org/records/123/files/a", [:], 0), ("https://zenodo.org/", [:], 0),
            (
                "https://archive.org/details/item#sha256=" + String(repeating: "a", count: 64), [:],
                0
            ),
            ("https://zenodo.org/records/123", ["PIERDAT_BACKEND": "http"], 0),
        ] as [(String, [String: String], Int32)])
    func pages(uri: String, environment: [String: String], status: Int32) async throws {
        let folder = try TemporaryFolder()
        var overlay = try Overlay(folder.path.appending("overlay"))
        overlay.environment.merge(environment) { $1 }
        let http = try await overlay.command("pierdat-check-http", uri).run()
        #expect(http.status == .exited(status), "\(http)")
        let records = try await overlay.command("pierdat-check-records", uri).run()
        #expect(
            records.status == .exited(status == 1 || !environment.isEmpty ? 0 : 1), "\(records)")
        withExtendedLifetime(folder) {}
    }
}
