import BackendContract
import Backends
import BitTorrent
import ImageLayer
import LinuxSystem
import SeedList
import SystemPackage

extension GetCommand {
    /// Appends the line to the get list, after all checks that need no network.
    func recordForStart(
        in installation: Installation, environment: [String: String], directory: BackendDirectory
    ) throws {
        let uris = try uris(environment: environment).map(Self.withAbsolutePath)
        let destination = try WorkingDirectory.absolute(FilePath(arguments[arguments.count - 1]))
        if let complaint = destination.complaintUnlessText(like: "paths on the get list") {
            throw Failure(.cannotWrite, complaint)
        }
        if uris.contains(where: Self.holdsPassword) {
            throw Failure(
                .usage,
                """
                a URI contains a password or a token, which must not become part of an image: give the line \
                to the container in PIERDAT_GET
                """)
        }
        try requireBackend(for: uris, in: directory)
        let line: SeedLine
        do throws(SeedLineError) {
            line = try self.line(uris: uris, destination: destination)
        } catch {
            throw Failure(.usage, "this cannot be a line of the get list: \(error)")
        }
        try BuildCheck(mounts).require("the get list", installation.getList)
        let layer = StateNormalization(
            seedList: installation.getList, state: installation.state,
            time: try LayerTime(environment: environment))
        try installation.writableList(installation.getList, .get).append([line])
        StandardError.warn(of: try layer.finish())
        StandardError.say(
            "recorded in \(installation.getList): pierdatd downloads it when it starts")
    }

    /// True if a URI has user information, apart from the user of ssh.
    private static func holdsPassword(_ uri: String) -> Bool {
        var uri = uri
        if let start = uri.firstRange(of: "ssh://")?.upperBound,
            let at = uri[start...].prefix(while: { $0 != "/" && $0 != ":" }).lastIndex(of: "@")
        {
            uri.removeSubrange(start...at)
        }
        return Redaction.text(uri) != uri
    }

    /// Throws if no backend supports one of the URIs, as a download would.
    private func requireBackend(for uris: [String], in directory: BackendDirectory) throws {
        let backends = try choice.backends(of: directory)
        let interruption = try Interruption()
        let acquisition = Acquisition(
            backends: backends,
            runner: BackendRunner(
                environment: settings(for: uris), timeout: nil, guardian: try BackendGuard(),
                interruption: interruption),
            usesAll: allBackends, say: StandardError.say)
        do throws(Acquisition.Failure) {
            try acquisition.check(uris: uris)
        } catch .interrupted {
            throw Failure(interruption.status, nil)
        } catch {
            throw Failure(error, uris: uris, backends: backends)
        }
    }

    /// A file's path as an absolute one, because `pierdatd` has another working directory. Any other URI is unchanged.
    private static func withAbsolutePath(_ uri: String) throws -> String {
        let path = FilePath(uri)
        guard path.isRelative, !uri.contains(":"), FileStatus(of: path)?.kind == .file else {
            return uri
        }
        return try WorkingDirectory.absolute(path).string
    }
}
