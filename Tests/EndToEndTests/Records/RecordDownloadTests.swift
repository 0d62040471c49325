import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Downloads of records", .timeLimit(.minutes(3)))
struct RecordDownloadTests {
    typealias Kind = RecordServer.Kind

    @Test(
        "The files of a record are verified and recorded, weak digests are told, and the URI to pin works",
        arguments: Kind.allCases)
    func record(kind: Kind) async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            let ended = try await given.get(server.uri(kind))
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived == given.expected(kind))
            let weak = ["zenodo": "(MD5)", "dataverse": "(MD5, SHA-1)", "archive": "(SHA-1)"]
            #expect(ended.errors.contains("weak \(weak[kind.rawValue] ?? "")"), "\(ended)")
            let pinned = try #require(RecordAtServer.pinned(in: ended), "\(ended)")
            #expect(pinned.hasPrefix("\(server.uri(kind))#xt=urn:btih:"), "\(ended)")
            let count = await server.requests.count(where: \.isContent)
            let again = try await given.get(pinned)
            #expect(again.status == .exited(0), "\(again)")
            #expect(again.errors.contains("there already and verified"), "\(again)")
            #expect(!again.errors.contains("warning"), "\(again)")
            #expect(await server.requests.count(where: \.isContent) == count)
            let published = try await given.overlay.pierdat(
                "publish", "--canonical",
                given.destination.appending(RecordAtServer.name(kind)).string)
            #expect(published.output.contains(pinned.suffix(40)), "\(published)")
            #expect(try given.overlay.seedLines.count == 1)
        }
    }

    @Test(
        "A pinned URI is downloaded from those who seed it, even if the server is gone",
        arguments: Kind.allCases)
    func swarm(kind: Kind) async throws {
        let first = try RecordAtServer()
        let pinned = try await first.serving { server in
            try #require(RecordAtServer.pinned(in: try await first.get(server.uri(kind))))
        }
        try await RunningProcess.with(first.overlay.command("pierdatd")) { daemon in
            let line = try await daemon.line(containing: "listening on port")
            let port = try #require(line.split(separator: " ").last)
            var second = try RecordAtServer()
            second.overlay.environment["PIERDAT_PEERS"] = "127.0.0.1:\(port)"
            let ended = try await second.get(pinned)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("with the torrent of the URI alone"), "\(ended)")
            #expect(second.arrived == first.expected(kind))
        }
    }

    @Test(
        "The URI of all versions leads to the newest, a warning says so, and the printed URI is that of one version"
    )
    func versions() async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            for (uri, kind) in [
                ("zenodo://127.0.0.1:\(server.port)/100", Kind.zenodo),
                ("dataverse:127.0.0.1:\(server.port)/doi:10.5072/FK2/ABCDEF", .dataverse),
                (
                    "http://127.0.0.1:\(server.port)/dataset.xhtml?persistentId=doi:10.5072/FK2/ABCDEF",
                    .dataverse
                ),
            ] {
                let ended = try await given.get(uri)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.errors.contains("can move to other data"), "\(ended)")
                #expect(RecordAtServer.pinned(in: ended)?.hasPrefix(server.uri(kind)) == true)
            }
        }
    }

    @Test(
        "Data that has changed since the URI was pinned is refused, and not kept",
        arguments: Kind.allCases)
    func changed(kind: Kind) async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            let pinned = try #require(
                RecordAtServer.pinned(in: try await given.get(server.uri(kind))))
            try given.put("readme.txt", Data("Other.  \n".utf8))
            let next = try RecordAtServer()
            for path in ["readme.txt", "new"] {
                try given.put(path, Data("Other.  \n".utf8))
                let ended = try await next.get(pinned)
                #expect(ended.status == .exited(65), "\(ended)")
                #expect(ended.errors.contains("other files than those of xt="), "\(ended)")
                #expect(next.arrived.isEmpty)
                #expect(try next.overlay.seedLines.isEmpty)
            }
            let free = try await next.get(server.uri(kind))
            #expect(free.status == .exited(0), "\(free)")
        }
    }

    @Test(
        "Pinned data that is there stays, and is complete without the server, after the record has changed",
        arguments: Kind.allCases)
    func changedLater(kind: Kind) async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            let pinned = try #require(
                RecordAtServer.pinned(in: try await given.get(server.uri(kind))))
            let count = await server.requests.count(where: \.isContent)
            for path in ["readme.txt", "new"] {
                try given.put(path, Data("Other.  \n".utf8))
                let fresh = try RecordAtServer()
                let ended = try await fresh.overlay.pierdat(pinned, given.destination.string)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(ended.errors.contains("there already and verified"), "\(ended)")
                #expect(given.arrived == given.expected(kind))
                #expect(try fresh.overlay.seedLines.count == 1)
            }
            #expect(await server.requests.count(where: \.isContent) == count)
        }
    }

    @Test(
        "Pinned data of which a part is missing stays as it is after the record has changed, and is completed if not",
        arguments: Kind.allCases)
    func incomplete(kind: Kind) async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            let pinned = try #require(
                RecordAtServer.pinned(in: try await given.get(server.uri(kind))))
            let missing = "\(RecordAtServer.name(kind))/data.bin"
            try FileManager.default.removeItem(
                atPath: given.destination.pushing(FilePath(missing)).string)
            try given.put("readme.txt", Data("Other.  \n".utf8))
            let ended = try await given.get(pinned)
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(ended.errors.contains("to get the data that it has now"), "\(ended)")
            #expect(given.arrived == given.expected(kind).filter { $0.key != missing })
            try given.put("readme.txt", try #require(given.files["readme.txt"]))
            let again = try await given.get(pinned)
            #expect(again.status == .exited(0), "\(again)")
            #expect(given.arrived == given.expected(kind))
        }
    }

    @Test(
        "Files of a pinned record get their names when all of them are verified, and not before",
        arguments: Kind.allCases)
    func together(kind: Kind) async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            let pinned = try #require(
                RecordAtServer.pinned(in: try await given.get(server.uri(kind))))
            let next = try RecordAtServer()
            try given.behave(#"{"corrupt": ["table.csv"]}"#)
            let ended = try await next.get(pinned)
            #expect(ended.status == .exited(65), "\(ended)")
            #expect(next.arrived.keys.allSatisfy { $0.hasPrefix(".pierdat-") })
            try given.behave("{}")
            let again = try await next.get(pinned)
            #expect(again.status == .exited(0), "\(again)")
            #expect(next.arrived == given.expected(kind))
        }
    }

    @Test("A pinned item is the same after the Archive has made its picture of the item anew")
    func tile() async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            let ended = try await given.get(server.uri(.archive))
            let pinned = try #require(RecordAtServer.pinned(in: ended), "\(ended)")
            try given.behave(#"{"tile": 4711}"#)
            try FileManager.default.removeItem(atPath: given.destination.string)
            let again = try await given.get(pinned)
            #expect(again.status == .exited(0), "\(again)")
            #expect(given.arrived == given.expected(.archive))
        }
    }

    @Test(
        "--select downloads only some files, and #name= chooses the folder",
        arguments: Kind.allCases)
    func selection(kind: Kind) async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            let ended = try await given.get(
                "--select", "*.csv", "--select", "sub", "\(server.uri(kind))#name=other")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(Set(given.arrived.keys) == ["other/table.csv", "other/sub/größe 1%.dat"])
            #expect(ended.errors.contains("&name=other', with the same --select"), "\(ended)")
        }
    }

    @Test(
        "pierdat seed verifies files that were there before, and records them",
        arguments: Kind.allCases)
    func verify(kind: Kind) async throws {
        let given = try RecordAtServer()
        try await given.serving { server in
            _ = try await given.get(server.uri(kind))
            let other = try RecordAtServer()
            let ended = try await other.overlay.pierdat(
                "seed", server.uri(kind), given.destination.string)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(try other.overlay.seedLines.count == 1)
            let file = given.destination.appending("\(RecordAtServer.name(kind))/readme.txt")
            try Data("Read us.\n".utf8).write(to: URL(filePath: file.string))
            let wrong = try await other.overlay.pierdat(
                "seed", server.uri(kind), given.destination.string)
            #expect(wrong.status == .exited(65), "\(wrong)")
        }
    }
}
