import ArgumentParser
import BackendContract
import ImageLayer
import LinuxSystem
import SystemPackage

/// The option to accept data on mounts in an image build.
struct MountOptions: ParsableArguments {
    @Flag(
        help: """
            In an image build, accept data on a mount (RUN --mount), which does not become part of the \
            image.
            """)
    var allowMount = false
}

/// Fails a build whose image would lack the data or the record of it.
struct BuildCheck {
    private let build: ImageBuild?
    private let allowsMounts: Bool

    init(_ options: MountOptions) {
        build = ImageBuild.current
        allowsMounts = options.allowMount
    }

    /// Throws if `path`, described to the user as `what`, or the records of `installation` are on a
    /// mount.
    func require(
        _ what: String, _ path: FilePath, recordedIn installation: Installation
    ) throws(Failure) {
        try require(what, path)
        try require("the seed list", installation.seedList)
        try require("the state folder", installation.state)
    }

    /// Throws if `path`, described to the user as `what`, is on a mount.
    func require(_ what: String, _ path: FilePath) throws(Failure) {
        guard let build, !allowsMounts, case .mount(let mount) = build.place(of: path) else {
            return
        }
        throw Self.failure("\(what) \(path)", mount)
    }

    /// Throws if a file that a backend has listed is on a mount below `folder`.
    func require(_ manifest: Manifest?, below folder: FilePath) throws(Failure) {
        guard let build, let manifest, !allowsMounts,
            let mount = build.mount(holdingAnyOf: manifest, below: folder)
        else { return }
        throw Self.failure("a part of the data in \(folder)", mount)
    }

    /// Throws if anything is mounted below `folder`, all of which is data.
    func requireAll(below folder: FilePath) throws(Failure) {
        guard let build, !allowsMounts, let mount = build.mounts(below: folder).first else {
            return
        }
        throw Self.failure("a part of the data in \(folder)", mount)
    }

    /// Warns about a cache that would become part of the image.
    func warnOfCache(_ environment: [String: String]) throws {
        guard let build, let name = environment[.cache], !name.isEmpty else { return }
        let cache = try WorkingDirectory.absolute(FilePath(name))
        guard build.place(of: cache) == .layer else { return }
        StandardError.say(
            """
            warning: PIERDAT_CACHE is not a mount, so the image contains all data twice: add \
            --mount=type=cache,target=\(cache) to the RUN
            """)
    }

    private static func failure(_ what: String, _ mount: MountTable.Mount) -> Failure {
        Failure(
            .cannotWrite,
            """
            \(what) is on the mount at \(mount.point) (\(mount.kind)), which does not become part of \
            the image: put it elsewhere, remove that mount from the RUN, or use --allow-mount if the \
            image needs none of it
            """)
    }
}
