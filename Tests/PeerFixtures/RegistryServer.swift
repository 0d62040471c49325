import Foundation
import LinuxSystem
import SystemPackage

/// Debian's docker-registry on its own port.
public struct RegistryServer: Sendable {
    /// A user of the registry.
    public static let user = "builder"
    /// The user's password.
    public static let password = "s3cret-word"

    public let port: UInt16
    private let isClosed: Bool
    private let certificate: Certificate?
    private let process: RunningProcess

    /// `127.0.0.1:PORT`.
    public var authority: String { "127.0.0.1:\(port)" }

    /// Runs a registry with its data in `folder` while `body` runs. A closed one is only for ``user``. With a certificate
    /// it speaks https.
    public static func serving<Value: Sendable>(
        in folder: FilePath, isClosed: Bool = false, certificate: Certificate? = nil,
        _ body: @Sendable (RegistryServer) async throws -> Value
    ) async throws -> Value {
        let port = try FreePort.any()
        let passwords = folder.appending("htpasswd")
        if isClosed {
            let made = try await Command(
                installed: "htpasswd", package: "apache2-utils", ["-Bbn", user, password]
            ).run()
            try made.output.write(toFile: passwords.string, atomically: true, encoding: .utf8)
        }
        let auth = isClosed ? "auth: {htpasswd: {realm: closed, path: \"\(passwords)\"}}" : ""
        let tls =
            certificate.map {
                ", tls: {certificate: \"\($0.certificate)\", key: \"\($0.key)\"}"
            } ?? ""
        let configuration = folder.appending("registry.yml")
        try """
        version: 0.1
        log: {level: info}
        storage: {filesystem: {rootdirectory: "\(folder)/registry"}}
        http: {addr: "127.0.0.1:\(port)"\(tls)}
        \(auth)

        """.write(toFile: configuration.string, atomically: true, encoding: .utf8)
        let command = try Command(
            installed: "docker-registry", package: "docker-registry",
            ["serve", configuration.string], environment: ["OTEL_TRACES_EXPORTER": "none"])
        return try await RunningProcess.with(command) { process in
            _ = try await process.line(containing: "listening on")
            return try await body(
                RegistryServer(
                    port: port, isClosed: isClosed, certificate: certificate, process: process))
        }.value
    }

    private var url: String { "\(certificate == nil ? "http" : "https")://\(authority)" }

    /// Stores a blob of the repository `name`.
    public func push(_ blob: Data, digest: String, to name: String, by folder: FilePath)
        async throws
    {
        let started = try await curl(
            [
                "-X", "POST", "-D", "-", "-o", "/dev/null",
                "\(url)/v2/\(name)/blobs/uploads/",
            ])
        let place = started.split(whereSeparator: \.isNewline)
            .first { $0.lowercased().hasPrefix("location:") }
        guard
            let location = place?.dropFirst("location:".count).trimmingCharacters(in: .whitespaces)
        else { throw FixtureError("the registry takes no blob: \(started)") }
        let file = folder.appending("blob")
        try blob.write(to: URL(filePath: file.string))
        let separator = location.contains("?") ? "&" : "?"
        _ = try await curl(
            [
                "-X", "PUT", "-H", "Content-Type: application/octet-stream", "--data-binary",
                "@\(file)", "\(location)\(separator)digest=\(digest)",
            ])
    }

    /// Stores a manifest of the repository `name` under a tag or its digest.
    public func push(
        manifest: Data, type: String, as reference: String, to name: String, by folder: FilePath
    ) async throws {
        let file = folder.appending("manifest")
        try manifest.write(to: URL(filePath: file.string))
        _ = try await curl(
            [
                "-X", "PUT", "-H", "Content-Type: \(type)", "--data-binary", "@\(file)",
                "\(url)/v2/\(name)/manifests/\(reference)",
            ])
    }

    private func curl(_ arguments: [String]) async throws -> String {
        let user = isClosed ? ["-u", "\(Self.user):\(Self.password)"] : []
        // The certificate may be for another name.
        let trust = certificate == nil ? [] : ["--insecure"]
        let ended = try await Command(
            installed: "curl", package: "curl",
            ["-sSf", "--max-time", "60"] + trust + user + arguments
        ).run()
        guard ended.status.isSuccess else { throw FixtureError("curl failed: \(ended)") }
        return ended.output
    }

    /// Runs skopeo.
    public func skopeo(_ arguments: String...) async throws -> Ended {
        try await Command(
            installed: "skopeo", package: "skopeo", ["--insecure-policy"] + arguments,
            environment: ["TMPDIR": "/tmp", "HOME": "/nonexistent"]
        ).run()
    }
}
