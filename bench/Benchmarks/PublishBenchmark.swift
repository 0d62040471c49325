import Foundation
import PeerFixtures
import SystemPackage

/// How fast torrents are created, compared with other programs and with hashing alone.
enum PublishBenchmark: Benchmark {
    static let name = "publish"
    static let summary = "pierdat publish, versus mktorrent, transmission-create and openssl speed"

    private struct Maker: Sendable {
        let name: String
        /// The hashes that it computes of every byte.
        let hashes: [String]
        let command: Command
    }

    /// The bytes per second that all cores hash, by hash.
    private typealias Rates = [String: Double]

    static func run(_ place: Workplace) async throws -> Report {
        let payload = try await Payload(
            mib: place.scale.mib, in: place.folder.path.appending("data"))
        let makers = try makers(payload, place)
        var walls = makers.map { _ in [Usage]() }
        var rates: [Rates] = []
        for run in 1...place.scale.runs {
            rates.append(try await hashRates())
            for (index, maker) in makers.enumerated() {
                try? FileManager.default.removeItem(atPath: output(place).string)
                let usage = try await MeasuredRun.run(maker.command, in: place.folder.path).own
                place.say("\(name), run \(run), \(maker.name): \(usage.wall)")
                walls[index].append(usage)
            }
        }
        return report(makers, walls, rates, place.scale)
    }

    private static func output(_ place: Workplace) -> FilePath {
        place.folder.path.appending("made.torrent")
    }

    private static func makers(_ payload: Payload, _ place: Workplace) throws -> [Maker] {
        let output = output(place).string
        let file = payload.file.string
        let exponent = payload.pieceLength.trailingZeroBitCount
        let overlay = try place.overlay("overlay")
        return [
            Maker(
                name: "pierdat publish", hashes: ["sha1", "sha256"],
                command: overlay.command("pierdat", "publish", file, "-o", output)),
            Maker(
                name: "pierdat publish --v1", hashes: ["sha1"],
                command: overlay.command("pierdat", "publish", "--v1", file, "-o", output)),
            Maker(
                name: "mktorrent", hashes: ["sha1"],
                command: try Command(
                    installed: "mktorrent", package: "mktorrent",
                    [
                        "-t", "\(ProcessInfo.processInfo.activeProcessorCount)", "-l",
                        "\(exponent)", "-a", "http://tracker.invalid/", "-o", output, file,
                    ])),
            Maker(
                name: "transmission-create", hashes: ["sha1"],
                command: try Command(
                    installed: "transmission-create", package: "transmission-cli",
                    ["-s", "\(payload.pieceLength >> 10)", "-o", output, file])),
        ]
    }

    private static func hashRates() async throws -> Rates {
        var rates: Rates = [:]
        for hash in ["sha1", "sha256"] {
            let command = try Command(
                installed: "openssl", package: "openssl",
                [
                    "speed", "-mr", "-multi", "\(ProcessInfo.processInfo.activeProcessorCount)",
                    "-seconds", "1", "-bytes", "16384", "-evp", hash,
                ])
            let ended = try await command.run()
            let sum = ended.output.split(separator: "\n").last { $0.hasPrefix("+F:") }
            guard let rate = sum?.split(separator: ":").last.flatMap({ Double($0) }) else {
                throw FixtureError("openssl speed says nothing: \(ended)")
            }
            rates[hash] = rate
        }
        return rates
    }

    private static func report(
        _ makers: [Maker], _ runs: [[Usage]], _ rates: [Rates], _ scale: Scale
    ) -> Report {
        var report = Report()
        var table = Table([
            "\(scale.mib) MiB, median of \(scale.runs)", "wall s", "CPU s", "MB/s", "hashes",
            "of openssl's rate",
        ])
        let medians = runs.map { $0.map(\.wall.seconds).median ?? .nan }
        var shares: [Double] = []
        for (maker, (wall, usage)) in zip(makers, zip(medians, runs)) {
            let rate = Double(scale.bytes) / wall
            let possible = rates.map { round in
                1 / maker.hashes.map { 1 / (round[$0] ?? .nan) }.reduce(0, +)
            }
            let share = rate / (possible.median ?? .nan)
            shares.append(share)
            table.add([
                maker.name, Figure.short(wall),
                Figure.short(usage.map(\.cpu.seconds).median ?? .nan), Figure.short(rate / 1e6),
                maker.hashes.joined(separator: " + "), Figure.short(share),
            ])
        }
        report.add(table)
        let known = ["sha1", "sha256"].map { hash in
            "\(hash) \(Figure.short((rates.compactMap { $0[hash] }.median ?? .nan) / 1e6)) MB/s"
        }
        report.note("openssl speed on all cores: \(known.joined(separator: ", "))")
        report.expect(
            "rate of pierdat publish, of openssl's", min(shares[0], shares[1]), atLeast: 0.8)
        for (maker, ours) in zip(makers, medians).prefix(2) {
            for (other, theirs) in zip(makers, medians).dropFirst(2) {
                report.expect("time of \(maker.name), x \(other.name)", ours / theirs, atMost: 1)
            }
        }
        return report
    }
}
