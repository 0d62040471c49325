import Foundation
import LinuxSystem
import SystemPackage

/// Debian's Prometheus, which finds its targets in a file.
public struct Prometheus: Sendable {
    private let port: UInt16
    private let targets: FilePath

    /// Runs Prometheus with its data and configuration in `folder` while `body` runs. It evaluates the rules of the
    /// file `rules` each second, in which alerts wait for nothing, and scrapes the job `pierdat` each second.
    public static func running<Value: Sendable>(
        in folder: FilePath, rules: String, _ body: @Sendable (Prometheus) async throws -> Value
    ) async throws -> Value {
        let prometheus = Prometheus(
            port: try FreePort.any(), targets: folder.appending("targets.json"))
        try prometheus.watch([])
        let impatient = rules.replacing(#/ +for: \d+m\n/#, with: "")
        try write(impatient, to: folder.appending("rules.yaml"))
        let configuration = folder.appending("prometheus.yaml")
        try write(
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
            rule_files: [\(folder)/rules.yaml]
            scrape_configs:
              - job_name: pierdat
                file_sd_configs:
                  - {files: [\(folder)/targets.json], refresh_interval: 1s}
            """, to: configuration)
        let command = Command(
            try await programs().appending("prometheus"),
            [
                "--config.file=\(configuration)", "--storage.tsdb.path=\(folder)/data",
                "--web.listen-address=127.0.0.1:\(prometheus.port)", "--log.level=warn",
            ])
        return try await RunningProcess.with(command) { _ in
            try await Patience.until { try await prometheus.get("/-/ready").map { _ in } }
            return try await body(prometheus)
        }.value
    }

    /// The folder with its programs prometheus and promtool, which are unpacked once. Debian's package is not installed,
    /// because it would start a service.
    public static func programs() async throws -> FilePath {
        let ended = try await Command(
            Package.root.appending("scripts/prometheus"), [],
            environment: ProcessInfo.processInfo.environment
        ).run()
        guard ended.status.isSuccess, let last = ended.output.split(separator: "\n").last else {
            throw FixtureError("Prometheus cannot be unpacked: \(ended)")
        }
        return FilePath(String(last))
    }

    /// Scrapes these `host:port` from now on.
    public func watch(_ endpoints: [String]) throws {
        let list = endpoints.map { "\"\($0)\"" }.joined(separator: ",")
        try Self.write("[{\"targets\": [\(list)]}]", to: targets)
    }

    /// The values of an expression, by the label `instance`.
    public func values(of expression: String) async throws -> [String: String] {
        struct Answer: Decodable {
            struct Result: Decodable {
                let metric: [String: String]
                let value: [Value]
            }
            enum Value: Decodable {
                case time(Double)
                case number(String)

                init(from decoder: any Decoder) throws {
                    let value = try decoder.singleValueContainer()
                    if let time = try? value.decode(Double.self) {
                        self = .time(time)
                    } else {
                        self = .number(try value.decode(String.self))
                    }
                }
            }
            struct Data: Decodable { let result: [Result] }
            let data: Data
        }
        let query =
            expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? expression
        guard let body = try await get("/api/v1/query?query=\(query)") else { return [:] }
        let answer = try JSONDecoder().decode(Answer.self, from: Data(body.utf8))
        var values: [String: String] = [:]
        for result in answer.data.result {
            if case .number(let number)? = result.value.last {
                values[result.metric["instance"] ?? ""] = number
            }
        }
        return values
    }

    /// Waits until an expression has exactly these values.
    public func becomes(_ expression: String, _ expected: [String: String]) async throws {
        try await Patience.until(every: .milliseconds(200)) {
            try await values(of: expression) == expected ? () : nil
        }
    }

    /// The body of a page. nil if there is none.
    private func get(_ path: String) async throws -> String? {
        let ended = try await Command(
            installed: "curl", package: "curl",
            ["-sf", "--max-time", "10", "http://127.0.0.1:\(port)\(path)"]
        ).run()
        return ended.status == .exited(0) ? ended.output : nil
    }

    private static func write(_ text: String, to path: FilePath) throws {
        try AtomicFile.write(Array(text.utf8), to: path)
    }
}
