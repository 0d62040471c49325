import ArgumentParser

/// A measurement, compared with similar programs.
protocol Benchmark: Sendable {
    /// The name in `make bench-NAME`.
    static var name: String { get }
    static var summary: String { get }

    static func run(_ place: Workplace) async throws -> Report
}

/// All benchmarks in the order in which they run.
enum Benchmarks {
    static let all: [any Benchmark.Type] = [
        TransferBenchmark.self, FirstByteBenchmark.self, SupervisorBenchmark.self,
        OrphansBenchmark.self, PublishBenchmark.self, ManyBenchmark.self, DownloadersBenchmark.self,
        FanOutBenchmark.self, ShapedBenchmark.self, HTTPBenchmark.self, ColdFleetBenchmark.self,
    ]

    static func named(_ name: String) throws -> any Benchmark.Type {
        guard let benchmark = all.first(where: { $0.name == name }) else {
            throw ValidationError(
                "there is no benchmark \(name); available: \(all.map { $0.name }.joined(separator: ", "))"
            )
        }
        return benchmark
    }
}
