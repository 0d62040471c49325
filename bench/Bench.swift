import ArgumentParser
import Foundation
import Glibc

@main
private enum Main {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == LossyCable.configuration.commandName {
            LossyCable.main(Array(arguments.dropFirst()))
        } else {
            await Bench.main()
        }
    }
}

/// The benchmarks compare the program with similar ones. `scripts/bench` runs it in its own
/// namespaces.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure Pierdat beside its peers, and print tables.",
        discussion: "The benchmarks, all of them where none is named:\n"
            + Benchmarks.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

    @Argument(help: "The benchmarks to run.")
    var names: [String] = []

    @Option(help: "How much data is transferred or hashed, in MiB. (default: BENCH_MIB, or 2048)")
    var mib: Int?

    @Option(help: "How often each contender is measured. (default: BENCH_RUNS, or 3)")
    var runs: Int?

    @Option(
        help:
            "Megabits a second on each link of fan-out and cold-fleet. (default: BENCH_MEGABITS, or 100)"
    )
    var megabits: Int?

    @Option(help: "Give up after so many seconds. (default: BENCH_TIMEOUT, or 3600)")
    var timeout: Int?

    func run() async throws {
        let chosen = try names.isEmpty ? Benchmarks.all : names.map(Benchmarks.named)
        Limit.end(after: try value(timeout, "BENCH_TIMEOUT", or: 3600))
        let scale = Scale(
            mib: try value(mib, "BENCH_MIB", or: 2048), runs: try value(runs, "BENCH_RUNS", or: 3),
            megabits: try value(megabits, "BENCH_MEGABITS", or: 100))
        for benchmark in chosen {
            print("\n## \(benchmark.name): \(benchmark.summary)\n")
            fflush(nil)
            let report = try await benchmark.run(Workplace(scale: scale))
            print(report.markdown)
            fflush(nil)
        }
    }

    private func value(_ option: Int?, _ variable: String, or standard: Int) throws -> Int {
        let text = ProcessInfo.processInfo.environment[variable, default: ""]
        guard let value = option ?? (text.isEmpty ? standard : Int(text)), value > 0 else {
            throw ValidationError("\(variable)=\(text) is no positive number")
        }
        return value
    }
}

/// Ends the benchmark after a time limit. When `scripts/bench` starts it, it is PID 1, which no
/// signal without a handler can end. Its children end with it.
private enum Limit {
    static func end(after seconds: Int) {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGALRM] {
            signal(number) { _exit($0 == SIGALRM ? 124 : 128 + $0) }
        }
        alarm(UInt32(seconds))
    }
}
