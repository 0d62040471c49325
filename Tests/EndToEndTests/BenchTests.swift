import PeerFixtures
import Testing

@Suite("Benchmarks", .timeLimit(.minutes(3)))
struct BenchTests {
    @Test("The benchmark of torrents prints all results and whether the goals are met")
    func transfer() async throws {
        let output = try await run("transfer")
        let contenders = [
            "pierdat, v1", "pierdat, hybrid", "aria2c", "aria2c, seeds verified", "curl from nginx",
        ]
        for contender in contenders {
            let rows = try rows(of: contender, in: output)
            try #require(rows.count == 2, "\(output)")
            // The six columns of times. CPU is 0 if the program took less than the kernel's clock tick.
            #expect(rows[0].prefix(6).allSatisfy { $0 > 0 }, "\(output)")
        }
        #expect(output.contains("| time of the downloader, x aria2c: at most"))
    }

    @Test("The benchmark of web servers prints all results and whether the goals are met")
    func http() async throws {
        let output = try await run("http")
        let contenders = [
            "curl", "curl, then sha256sum", "pierdat", "pierdat, 2 mirrors", "aria2c --checksum",
            "aria2c --checksum, 2 mirrors", "wget",
        ]
        for contender in contenders {
            let rows = try rows(of: contender, in: output)
            try #require(rows.count == 1, "\(output)")
            // The four columns of times. Memory and CPU are 0 if the program ended between two samples.
            #expect(rows[0].prefix(4).allSatisfy { $0 > 0 }, "\(output)")
        }
        #expect(output.contains("| time of pierdat, x curl: at most"))
    }

    private func run(_ benchmark: String) async throws -> String {
        let command = Command(
            Package.root.appending("scripts/bench"), [benchmark],
            environment: ["BENCH_MIB": "8", "BENCH_RUNS": "1"])
        let ended = try await command.run()
        #expect(ended.status == .exited(0), "\(ended)")
        return ended.output
    }

    /// The numbers in each row for a contender.
    private func rows(of contender: String, in output: String) throws -> [[Double]] {
        try output.split(separator: "\n").filter { $0.hasPrefix("| \(contender) ") }.map { line in
            try line.split(separator: "|").dropFirst(2).map {
                let number = $0.filter { $0 != " " }
                return try #require(Double(number), "\(line)")
            }
        }
    }
}
