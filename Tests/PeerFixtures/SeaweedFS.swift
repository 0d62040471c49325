import Foundation
import LinuxSystem
import SystemPackage

/// SeaweedFS of PyPI with its S3 server, on ports of loopback.
public enum SeaweedFS {
    /// The kinds of servers in its one process. Each has a port, and one for gRPC.
    private static let parts = ["master.port", "volume.port", "filer.port", "s3.port"]

    /// Serves the files in `bucket` in a bucket of the folder's name, while `body` runs. `state` is a folder for its data.
    public static func serving<Value: Sendable>(
        _ bucket: FilePath, state: FilePath,
        _ body: @Sendable (S3Server) async throws -> Value
    ) async throws -> Value {
        var ports: [String: UInt16] = [:]
        for part in parts { ports[part] = try FreePort.any() }
        let access = state.appending("s3.json")
        try """
        {"identities": [{"name": "pierdat", "actions": ["Admin", "Read", "List", "Write"], "credentials": [{
        "accessKey": "\(S3Server.key)", "secretKey": "\(S3Server.secret)"}]}]}
        """.write(toFile: access.string, atomically: true, encoding: .utf8)
        var arguments = [
            "server", "-ip", "127.0.0.1", "-ip.bind", "127.0.0.1", "-dir", state.string, "-filer",
            "-s3", "-s3.config", access.string, "-s3.port.iceberg", "0", "-s3.port.lance", "0",
            "-volume.max", "100", "-master.volumeSizeLimitMB", "64",
        ]
        for (part, port) in ports {
            arguments += ["-\(part)", "\(port)", "-\(part).grpc", "\(try FreePort.any())"]
        }
        let weed = try await PyPIProgram.folder(of: "seaweedfs").appending("bin/weed")
        let filer = "http://127.0.0.1:\(ports["filer.port"] ?? 0)/buckets"
        let server = S3Server(port: ports["s3.port"] ?? 0, isOpen: false)
        return try await RunningProcess.with(Command(weed, arguments)) { _ in
            try await Patience.until { Connection.isAccepted(port: server.port) ? () : nil }
            try await upload(bucket, to: filer)
            return try await body(server)
        }.value
    }

    private static func upload(_ bucket: FilePath, to filer: String) async throws {
        let name = bucket.lastComponent?.string ?? ""
        for path in try FileManager.default.subpathsOfDirectory(atPath: bucket.string).sorted() {
            let file = bucket.pushing(FilePath(path)).string
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
                !isFolder.boolValue,
                let place = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
            else { continue }
            let command = try Command(
                installed: "curl", package: "curl",
                ["--silent", "--fail", "--upload-file", file, "\(filer)/\(name)/\(place)"])
            // The volumes are there some moments after the server.
            try await Patience.until { try await command.run().status.isSuccess ? () : nil }
        }
    }
}
