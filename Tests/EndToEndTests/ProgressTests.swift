import Glibc
import PeerFixtures
import SystemPackage
import Testing

@Suite("Progress output", .timeLimit(.minutes(3)))
struct ProgressTests {
    @Test("On a terminal, one complete line is updated in place")
    func inPlace() async throws {
        let given = try await Arrangement()
        try await given.slowly(at: 100) { screen in
            let first = try await screen.shows { $0.first?.contains("of data") == true }
            let later = try await screen.shows { $0 != first && $0 != [] }
            for lines in [first, later] {
                #expect(lines.count == 1, "\(lines)")
                let line = try #require(lines.first)
                let whole =
                    /\d+% of data: [\d.]+ [KM]?i?B of 976.6 KiB, [\d.]+ [KM]?i?B\/s(, [\dhms]+ left)?, 1 peer, 1 seed/
                #expect(line.wholeMatch(of: whole) != nil, "\(line)")
            }
        }
    }

    @Test("On a narrow terminal the line is shortened to fit, and extended when it gets wider")
    func resized() async throws {
        let given = try await Arrangement()
        try await given.slowly(at: 50) { screen in
            let narrow = try await screen.shows { $0.first?.hasSuffix("B/s") == true }
            #expect(narrow.count == 1 && narrow.allSatisfy { $0.count < 50 }, "\(narrow)")
            try await screen.resize(columns: 20)
            // The terminal wraps the old line, but not the new ones.
            let less = try await screen.shows { lines in
                lines.contains { $0.wholeMatch(of: /\d+% of data: .*/) != nil && $0.count < 20 }
            }
            #expect(less.count <= 3, "\(less)")
            try await screen.resize(columns: 100)
            try await screen.shows { $0.last?.hasSuffix("1 peer, 1 seed") == true }
        }
    }

    @Test("On a terminal, the line is replaced by the totals at the end")
    func end() async throws {
        let given = try await Arrangement()
        let lines = try await given.slowly(at: 100, limit: "300k") { screen in
            try await screen.shows { $0.first?.contains("of data") == true }
            #expect(try await screen.end() == 0)
            return try await screen.lines
        }
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.hasPrefix("pierdat: done: 976.6 KiB verified, ") == true, "\(lines)")
    }

    @Test("On a terminal, the line is removed when the download is interrupted")
    func interrupted() async throws {
        let given = try await Arrangement()
        let lines = try await given.slowly(at: 100) { screen in
            try await screen.shows { $0.first?.contains("of data") == true }
            try await screen.press("C-c")
            #expect(try await screen.end() == 128 + SIGINT)
            return try await screen.lines
        }
        #expect(!lines.contains { $0.contains("of data") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("pierdat: interrupted. ") }, "\(lines)")
    }

    @Test("A terminal that stops background output does not stop the download")
    func stopping() async throws {
        let given = try await Arrangement()
        let lines = try await given.slowly(at: 100, limit: "300k", setup: "stty tostop") {
            #expect(try await $0.end() == 0)
            return try await $0.lines
        }
        #expect(lines.last?.hasPrefix("pierdat: done: 976.6 KiB verified, ") == true, "\(lines)")
    }

    @Test("In a build log, a plain line appears every few seconds, and the last has the totals")
    func log() async throws {
        let given = try await Arrangement()
        let origin = try Overlay(given.folder.path.appending("origin overlay"))
        var overlay = given.overlay
        overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = "60k"
        let ended = try await origin.seeding(given.torrent, in: given.data.folder) {
            [overlay] seed in
            try await overlay.pierdat(
                given.torrent.magnet("x.pe=\(seed.address)"), given.destination.string)
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(!ended.errors.contains("\r") && !ended.errors.contains("\u{1B}"), "\(ended)")
        let lines = ended.errors.split(separator: "\n")
        let progress = lines.filter { $0.hasPrefix("pierdat: ") && $0.contains("% of data: ") }
        #expect(progress.count >= 2, "\(ended)")
        #expect(Set(progress).count == progress.count, "\(ended)")
        let totals =
            /pierdat: done: 976.6 KiB verified, \d.* received in \d+s \([\d.]+ [KM]iB\/s\)/
        #expect(lines.last?.wholeMatch(of: totals) != nil, "\(ended)")
    }
}

extension Arrangement {
    /// Downloads the data at a terminal of this width and rate limit while `body` runs. The shell
    /// runs `setup` first.
    fileprivate func slowly<Value: Sendable>(
        at columns: Int, limit: String = "60k", setup: String = ":",
        _ body: @Sendable (Screen) async throws -> Value
    ) async throws -> Value {
        let origin = try Overlay(folder.path.appending("origin overlay"))
        var overlay = overlay
        overlay.environment["PIERDAT_DOWNLOAD_LIMIT"] = limit
        return try await origin.seeding(torrent, in: data.folder) { [overlay] seed in
            let command = overlay.command(
                "pierdat", torrent.magnet("x.pe=\(seed.address)"), destination.string
            ).started(by: "/bin/sh", ["-ec", setup + #"; exec "$@""#, "sh"])
            return try await Screen.showing(command, columns: columns, state: folder.path, body)
        }
    }
}
