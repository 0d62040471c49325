import PeerFixtures
import Testing

@Suite("Benchmarks", .timeLimit(.minutes(3)))
struct BenchTests {
    @Test("The benchmarks print the result of each contender and whether the goals are met")
    func transfer() async throws {
        let command = Command(
            Package.root.appending("scripts/bench"), ["transfer"],
            environment: ["BENCH_MIB": "8", "BENCH_RUNS": "1"])
        let ended = try await command.run()
        #expect(ended.status == .exited(0), "\(ended)")
        let contenders = [
            "pierdat, v1", "pierdat, hybrid", "aria2c", "aria2c, seeds verified", "curl from nginx",
        ]
        for contender in contenders {
            let rows = try rows(of: contender, in: ended.output)
            try #require(rows.count == 2, "\(ended)")
            #expect(rows[0].allSatisfy { $0 > 0 }, "\(ended)")
        }
        #expect(ended.output.contains("| time of the downloader, x aria2c: at most"))
    }

    /// The numbers in each row for a contender, in the tables of times and of memory.
    private func rows(of contender: String, in output: String) throws -> [[Double]] {
        try output.split(separator: "\n").filter { $0.hasPrefix("| \(contender) ") }.map { line in
            try line.split(separator: "|").dropFirst(2).map {
                let number = $0.filter { $0 != " " }
                return try #require(Double(number), "\(line)")
            }
        }
    }
}
