import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Backend rclone", .timeLimit(.minutes(3)))
struct RcloneBackendTests {
    enum Version: String, Sendable, CaseIterable {
        /// 1.60 in Debian 12.
        case debian
        /// 1.75.
        case pypi
    }

    @Test(
        "A file in a bucket is downloaded, verified and seeded to others by its link",
        arguments: Version.allCases, Aria2BackendTests.shells)
    func file(version: Version, shell: [String]) async throws {
        let given = try await Self.given(version)
        _ = try given.overlay.withScripts(runBy: shell)
        let ended = try await S3Server.serving(given.origin) {
            try await given.with($0).get("s3://bucket/\(ScriptedOrigin.file)\(given.pin)")
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(given.arrived() == given.contents)
        #expect(given.names == [ScriptedOrigin.file])
        let other = try await given.seedToAnother(ScriptedOrigin.magnet(in: ended))
        #expect(other.arrived() == given.contents)
    }

    @Test(
        "A folder of a bucket is downloaded once, and the second time only compared",
        arguments: Version.allCases)
    func folder(version: Version) async throws {
        let given = try await Self.given(version)
        let own = given.destination.appending(DataSet.name).appending("my own")
        try await S3Server.serving(given.origin, isOpen: true) { server in
            let first = try await given.with(server).get("s3://bucket/\(DataSet.name)/")
            #expect(first.status == .exited(0), "\(first)")
            #expect(try given.data.isEqual(below: given.destination))
            #expect(first.errors.contains("nothing proves"), "\(first)")
            try Data("mine".utf8).write(to: URL(filePath: own.string))
            let second = try await given.with(server).get("s3://bucket/\(DataSet.name)")
            #expect(second.status == .exited(0), "\(second)")
            #expect(second.errors.contains("0 differences found"), "\(second)")
        }
        #expect(try given.overlay.seedLines.count == 1)
        #expect(FileManager.default.contents(atPath: own.string) == Data("mine".utf8))
        #expect(try unlink(own.string) == 0 && given.data.isEqual(below: given.destination))
        #expect(given.names == [DataSet.name])
    }

    @Test("A remote of rclone's configuration is used", arguments: Version.allCases)
    func remote(version: Version) async throws {
        var given = try await Self.given(version)
        let configuration = given.folder.path.appending("rclone.conf")
        try await S3Server.serving(given.origin) { [given] server in
            var given = given
            let endpoint = server.environment["AWS_ENDPOINT_URL_S3"] ?? ""
            try """
            [my remote]
            type = s3
            provider = Other
            endpoint = \(endpoint)
            access_key_id = \(S3Server.key)
            secret_access_key = \(S3Server.secret)

            """.write(toFile: configuration.string, atomically: true, encoding: .utf8)
            given.overlay.environment["RCLONE_CONFIG"] = configuration.string
            let ended = try await given.get("rclone:my remote:bucket/\(DataSet.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(!ended.description.contains(S3Server.secret), "\(ended)")
        }
        #expect(try given.data.isEqual(below: given.destination))
        #expect(try !given.everythingRecorded().contains(S3Server.secret))
        given.overlay.environment["RCLONE_CONFIG"] = "/dev/null"
        let ended = try await given.get("rclone:my remote:bucket/a")
        #expect(ended.status == .exited(64), "\(ended)")
        #expect(ended.errors.contains("has no remote my remote"), "\(ended)")
    }

    @Test(
        "SIGTERM and SIGKILL keep the files that are complete, and the same command resumes",
        arguments: Version.allCases, [SIGTERM, SIGKILL])
    func resume(version: Version, signal: Int32) async throws {
        let given = try await Self.given(version, bytes: 20 << 20)
        let large = given.data.root.appending("z large.bin")
        try given.contents.write(to: URL(filePath: large.string))
        try await S3Server.serving(given.origin) { server in
            let with = given.with(server)
            var slow = with.overlay
            slow.environment["PIERDAT_DOWNLOAD_LIMIT"] = "1M"
            // One after the other, in order.
            slow.environment["RCLONE_TRANSFERS"] = "1"
            slow.environment["RCLONE_ORDER_BY"] = "size"
            let uri = "s3://bucket/\(DataSet.name)"
            let command = slow.command("pierdat", uri, given.destination.string)
            let said = try await RunningProcess.with(command) { process in
                try await Patience.until { given.partialSize > 1 << 20 ? () : nil }
                try process.send(signal)
                try await process.end()
                return await process.output
            }
            if signal == SIGTERM { #expect(said.status == .exited(128 + SIGTERM), "\(said)") }
            #expect(!FileManager.default.fileExists(atPath: "\(given.destination)/\(DataSet.name)"))
            #expect(given.partialSize >= 300_001)
            let ended = try await with.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            // Without the small files.
            #expect(ended.errors.contains("20 MiB / 20 MiB"), "\(ended)")
        }
        #expect(try given.data.isEqual(below: given.destination))
        #expect(given.names == [DataSet.name])
    }

    @Test(
        "Wrong credentials, and what is not there, are reported, and no secret is printed",
        arguments: Version.allCases)
    func failures(version: Version) async throws {
        let given = try await Self.given(version)
        _ = try given.folder.make("origin/empty")
        try await S3Server.serving(given.origin) { server in
            var with = given.with(server)
            for (uri, status, text) in [
                ("s3://bucket/none", Int32(66), "no file or folder"),
                ("s3://empty", 66, "no file or folder"),
                ("s3://no-bucket/a", 66, "no such file, folder or bucket"),
            ] {
                let ended = try await with.get(uri)
                #expect(ended.status == .exited(status), "\(ended)")
                #expect(ended.errors.contains(text), "\(ended)")
            }
            with.overlay.environment["AWS_SECRET_ACCESS_KEY"] = "wrong-secret"
            let ended = try await with.get("s3://bucket/\(ScriptedOrigin.file)")
            #expect(ended.status == .exited(69), "\(ended)")
            #expect(ended.errors.contains("refuses the credentials"), "\(ended)")
            #expect(!ended.description.contains("wrong-secret"), "\(ended)")
            #expect(!ended.description.contains(S3Server.key), "\(ended)")
        }
        #expect(given.names == [])
        #expect(try given.overlay.seedLines.isEmpty)
    }

    @Test("Other data than that of the digest is refused, and not kept")
    func wrongDigest() async throws {
        let given = try await Self.given(.debian)
        let wrong = FileAtOrigin.digest(of: Data())
        try await S3Server.serving(given.origin) { server in
            let with = given.with(server)
            let first = try await with.get("s3://bucket/\(ScriptedOrigin.file)#sha256=\(wrong.hex)")
            #expect(first.status == .exited(65), "\(first)")
            let second = try await with.get(
                "--checksum", "\(wrong)", "s3://bucket/\(ScriptedOrigin.file)")
            #expect(second.status == .exited(65), "\(second)")
        }
        #expect(given.names == [])
    }

    @Test(
        "Settings of rclone that verify less or hide messages have no effect, and other ones have",
        arguments: Version.allCases)
    func settings(version: Version) async throws {
        var given = try await Self.given(version)
        let log = given.folder.path.appending("rclone.log").string
        given.overlay.environment.merge([
            "RCLONE_SIZE_ONLY": "true", "RCLONE_IGNORE_CHECKSUM": "true", "RCLONE_QUIET": "true",
            "RCLONE_LOG_LEVEL": "ERROR", "RCLONE_LOG_FILE": log,
            // rclone's own variable goes before that of AWS.
            "RCLONE_S3_ACCESS_KEY_ID": S3Server.key, "RCLONE_S3_SECRET_ACCESS_KEY": S3Server.secret,
            "RCLONE_S3_ENV_AUTH": "false",
        ]) { $1 }
        let other = Data(given.contents.map { ~$0 })
        try FileManager.default.createDirectory(
            atPath: given.destination.string, withIntermediateDirectories: true)
        let place = given.destination.appending(ScriptedOrigin.file).string
        try other.write(to: URL(filePath: place))
        let start = given
        try await S3Server.serving(given.origin) { server in
            var with = start.with(server)
            with.overlay.environment["AWS_SECRET_ACCESS_KEY"] = "wrong"
            let ended = try await with.get("s3://bucket/\(ScriptedOrigin.file)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(ended.errors.contains("MiB / "), "\(ended)")
            #expect(!"\(ended)".contains(S3Server.secret), "\(ended)")
        }
        #expect(given.arrived() == given.contents)
        #expect(!FileManager.default.fileExists(atPath: log))
    }

    @Test("A link in DEST is not compared with the data but replaced, and its target is left alone")
    func link() async throws {
        let given = try await Self.given(.debian)
        let target = try given.folder.make("elsewhere").appending("target").string
        try given.contents.write(to: URL(filePath: target))
        try FileManager.default.createDirectory(
            atPath: given.destination.string, withIntermediateDirectories: true)
        let place = given.destination.appending(ScriptedOrigin.file).string
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
        try await S3Server.serving(given.origin) { server in
            for pin in ["", given.pin] {
                let ended = try await given.with(server).get(
                    "s3://bucket/\(ScriptedOrigin.file)\(pin)")
                #expect(ended.status == .exited(0), "\(ended)")
                let attributes = try FileManager.default.attributesOfItem(atPath: place)
                #expect(attributes[.type] as? FileAttributeType == .typeRegular)
            }
        }
        #expect(given.arrived() == given.contents)
        #expect(FileManager.default.contents(atPath: target) == given.contents)
    }

    @Test("A name that a shell would interpret is only a name", arguments: Version.allCases)
    func hostileName(version: Version) async throws {
        let given = try await Self.given(version)
        let name = ScriptedOrigin.hostile
        try given.contents.write(to: URL(filePath: given.published.appending(name).string))
        try await S3Server.serving(given.origin) { server in
            let ended = try await given.with(server).get("s3://bucket/\(name)\(given.pin)")
            #expect(ended.status == .exited(0), "\(ended)")
        }
        #expect(given.arrived(name) == given.contents)
        #expect(given.names == [name])
    }

    @Test(
        "Files and folders in SeaweedFS are downloaded, and what is not there is reported",
        arguments: Version.allCases)
    func seaweedFS(version: Version) async throws {
        let given = try await Self.given(version)
        try await SeaweedFS.serving(given.published, state: given.folder.make("seaweed")) {
            server in
            var with = given.with(server)
            for uri in [
                "s3://bucket/\(ScriptedOrigin.file)\(given.pin)", "s3://bucket/\(DataSet.name)",
            ] {
                let ended = try await with.get(uri)
                #expect(ended.status == .exited(0), "\(ended)")
            }
            #expect(given.arrived() == given.contents)
            #expect(try given.data.isEqual(below: given.destination))
            for uri in ["s3://bucket/none", "s3://no-bucket/a"] {
                let ended = try await with.get(uri)
                #expect(ended.status == .exited(66), "\(ended)")
            }
            with.overlay.environment["AWS_SECRET_ACCESS_KEY"] = "wrong-secret"
            let ended = try await with.get("s3://bucket/\(ScriptedOrigin.file)x")
            #expect(ended.status == .exited(69), "\(ended)")
        }
    }

    @Test(
        "A file in Google Cloud Storage is downloaded without credentials",
        arguments: Version.allCases)
    func googleCloudStorage(version: Version) async throws {
        let given = try await Self.given(version)
        try await GCSServer.serving { server in
            try await server.upload(given.published.appending(ScriptedOrigin.file), as: "a/b.bin")
            var given = given
            given.overlay.environment.merge(server.environment) { $1 }
            let ended = try await given.get("gs://bucket/a/b.bin\(given.pin)")
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(given.arrived("b.bin") == given.contents)
            let missing = try await given.get("gs://bucket/none")
            #expect(missing.status == .exited(66), "\(missing)")
        }
    }

    /// With this version of rclone in PATH.
    private static func given(
        _ version: Version, bytes: Int = 3_000_001
    ) async throws -> ScriptedOrigin {
        var given = try ScriptedOrigin(bytes: bytes)
        if version == .pypi {
            let folder = try await PyPIProgram.folder(of: "rclone")
            given.overlay.environment["PATH"] = "\(folder)/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        }
        return given
    }
}

extension ScriptedOrigin {
    /// The same with the environment for a client of the server.
    func with(_ server: S3Server) -> ScriptedOrigin {
        var given = self
        given.overlay.environment.merge(server.environment) { $1 }
        return given
    }
}
