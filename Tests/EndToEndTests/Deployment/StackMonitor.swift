import Foundation
import PeerFixtures
import SystemPackage
import Testing

/// Debian's Prometheus as a service of a stack.
struct StackMonitor: Sendable {
    private let engine: DockerEngine
    private let container: String

    /// Builds an image that works like Prometheus' own, whose program is the entrypoint, on each engine. Returns its name.
    static func load(on engines: [DockerEngine], _ folder: FilePath) async throws -> String {
        let programs = try await Prometheus.programs()
        let place = folder.appending("prometheus")
        for engine in engines {
            let base = try await engine.base(.busybox)
            try await arrange(place, programs.string, on: base)
            try await engine.docker("buildx", "build", "--tag", "prometheus", place.string)
        }
        return "prometheus"
    }

    /// Creates the context of the build: the program and the libraries that it needs.
    private static func arrange(_ place: FilePath, _ programs: String, on base: String) async throws
    {
        let copy = """
            mkdir -p "$1/files/bin" "$1/data/prometheus"
            cp "$2/prometheus" "$1/files/bin"
            ldd "$2/prometheus" | grep -o '/[^ ]*' | while read -r file; do
                mkdir -p "$1/files$(dirname "$file")"
                cp -L "$file" "$1/files$file"
            done
            printf '%s\\n' "FROM $3" 'COPY files /' 'COPY --chown=65534 data /' \
                'USER 65534' 'ENTRYPOINT ["/bin/prometheus"]' >"$1/Dockerfile"
            """
        let arranged = try await Command(
            "/bin/sh", ["-euc", copy, "sh", place.string, programs, base]
        ).run()
        guard arranged.status.isSuccess else { throw FixtureError("\(arranged)") }
    }

    /// A copy of deploy/ whose Prometheus scrapes each second and alerts soon.
    static func impatientKit(in folder: FilePath) throws -> FilePath {
        let kit = folder.appending("kit")
        try Script.run("cp", "-R", Package.root.appending("deploy").string, kit.string)
        for (name, patient, impatient) in [
            ("swarm/prometheus.yml", "15s", "1s"), ("grafana/alerts.yaml", "for: 2m", "for: 1s"),
        ] {
            let file = kit.pushing(FilePath(name))
            let text = try String(contentsOfFile: file.string, encoding: .utf8)
            try #require(text.contains(patient))
            try Data(text.replacing(patient, with: impatient).utf8)
                .write(to: URL(filePath: file.string))
        }
        return kit
    }

    /// Waits until its container runs on one of the engines.
    static func found(on engines: [DockerEngine]) async throws -> StackMonitor {
        try await Patience.until(every: .milliseconds(200)) {
            for engine in engines {
                let container = try await engine.docker(
                    "ps", "--quiet", "--filter",
                    "label=com.docker.swarm.service.name=pierdat_prometheus")
                if !container.isEmpty { return StackMonitor(engine: engine, container: container) }
            }
            return nil
        }
    }

    /// Waits until the only value of an expression is this one.
    func until(_ expression: String, is value: String) async throws {
        let query = expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let _: Bool = try await Patience.until(every: .milliseconds(500)) {
            let answer = try await engine.command(
                "exec", container, "wget", "-q", "-O", "-",
                "http://127.0.0.1:9090/api/v1/query?query=\(query)"
            ).run()
            return answer.output.contains(",\"\(value)\"]") ? true : nil
        }
    }
}
