import ArgumentParser
import BitTorrent
import ImageLayer
import LinuxSystem
import SeedList
import SystemPackage

/// `pierdat publish PATH`.
struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Create a torrent of a file or folder, and record it so that pierdatd seeds it.",
        usage: "pierdat publish [OPTIONS] PATH",
        discussion: """
            Prints the magnet link, the info-hashes and the line for a Dockerfile. With --canonical \
            it also prints the digest of a single file.
            """)

    @Argument(help: "The file or folder.")
    var path: String

    @Option(
        help: ArgumentHelp(
            "A tracker to announce to (http, https or udp); repeatable, in order.",
            valueName: "url"))
    var tracker: [String] = []

    @Option(
        help: ArgumentHelp(
            "A URL of the same data on a web server (BEP 19); repeatable.", valueName: "url"))
    var webSeed: [String] = []

    @Option(help: "The torrent's name, if it is not that of the file or folder.")
    var name: String?

    @Flag(name: .customLong("private"), help: "Find peers only through the trackers (BEP 27).")
    var isPrivate = false

    @Flag(
        name: .customLong("v1"),
        help: "Create a v1-only torrent: aria2 before 1.37 cannot download the usual hybrid.")
    var isV1Only = false

    @Flag(
        name: .customLong("canonical"),
        help:
            "Create the torrent that everyone creates of the same data and names: without links and attributes."
    )
    var isCanonical = false

    @Option(
        help: ArgumentHelp("A comment to store in the torrent.", valueName: "words"))
    var comment: String?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Also write the torrent to this file.", valueName: "file"))
    var output: String?

    @OptionGroup var mounts: MountOptions

    func validate() throws {
        _ = try Self.urls(tracker, .tracker, "tracker")
        _ = try Self.urls(webSeed, .web, "web seed")
        _ = try form
        if let name,
            name.isEmpty || name == "." || name == ".." || name.utf8.contains(UInt8(ascii: "/"))
                || name.utf8.count > 255
        {
            throw ValidationError("'\(name)' cannot be the name of a file or folder")
        }
    }

    private var form: Publication.Form {
        get throws {
            guard isCanonical else { return .full(isPrivate: isPrivate, isV1Only: isV1Only) }
            let other: String? = isPrivate ? "--private" : isV1Only ? "--v1" : nil
            guard let other else { return .canonical }
            throw ValidationError(
                "--canonical and \(other) exclude each other: \(other) changes the info-hash, which must depend only on the data and its names. Remove one of them"
            )
        }
    }

    private static func urls(
        _ texts: [String], _ schemes: Set<RemoteURL.Scheme>, _ what: String
    ) throws -> [RemoteURL] {
        try texts.map { text in
            do throws(RemoteURLError) {
                return try RemoteURL(text, schemes: schemes)
            } catch {
                throw ValidationError(
                    "the \(what) '\(RemoteURL.redacted(text))' cannot be used: \(error)")
            }
        }
    }

    func run() throws {
        let installation = try Installation.current()
        let data = try WorkingDirectory.resolve(FilePath(path))
        let buildCheck = BuildCheck(mounts)
        try buildCheck.require("PATH", data, recordedIn: installation)
        try buildCheck.requireAll(below: data)
        let environment = ProcessEnvironment.current
        let stateLayer = StateNormalization(
            seedList: installation.seedList, state: installation.state,
            time: try LayerTime(environment: environment))
        let list = try installation.writableSeedList()
        let digest = try isCanonical ? FileDigest(of: data) : nil
        let parameters = try publication(of: data).makeTorrent(
            progress: HashingProgress().report, say: StandardError.say)
        if let output { try TorrentStore.write(parameters, to: FilePath(output)) }
        parameters.digest = try digest?.value()
        let saved = try TorrentStore(installation.state).save(parameters)
        let line = try SeedLine(torrent: saved, in: data.removingLastComponent())
        try Failure.wrapping(.cannotWrite) { try list.append([line]) }
        StandardError.warn(of: try stateLayer.finish())
        describe(parameters)
    }

    private func publication(of data: FilePath) throws -> Publication {
        var publication = Publication(path: data)
        publication.name = name
        publication.trackers = try Self.urls(tracker, .tracker, "tracker")
        publication.webSeeds = try Self.urls(webSeed, .web, "web seed")
        publication.form = try form
        publication.comment = comment
        publication.creationDate = ProcessEnvironment.current["SOURCE_DATE_EPOCH"].flatMap {
            Int64($0)
        }
        return publication
    }

    private func describe(_ parameters: TorrentParameters) {
        let summary = parameters.summary
        let magnet = parameters.magnetLink
        print("name: \(summary.name.onOneLine)")
        if let contents = summary.contents {
            print("size: \(contents.size) bytes in \(contents.fileCount) files")
        }
        if let v1 = summary.v1 { print("info-hash v1: \(v1)") }
        if let v2 = summary.v2 { print("info-hash v2: \(v2)") }
        if let digest = parameters.digest { print("digest: \(digest)") }
        print("magnet: \(magnet)")
        print("Dockerfile: RUN --network=host pierdat '\(magnet)' /srv")
    }
}
