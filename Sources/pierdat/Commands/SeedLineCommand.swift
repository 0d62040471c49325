import ArgumentParser
import BackendContract
import BitTorrent
import Digest
import EnvironmentSettings
import ImageLayer
import LinuxSystem
import SeedList
import SystemPackage

/// `pierdat seed-line PATH`: for backends that are scripts around another program (docs/backends.md).
struct SeedLineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed-line",
        abstract:
            "For a backend: create the canonical torrent of data, and print the line that seeds it.",
        discussion: """
            Saves the torrent in the state folder, and adds the files to PIERDAT_MANIFEST if that is set. \
            Prints nothing if the data is empty.
            """,
        shouldDisplay: false)

    @Option(
        help: ArgumentHelp(
            "The digest that the file must have: sha256:HEX or sha512:HEX.", valueName: "digest"))
    var checksum: String?

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp(
            "The folder into which the caller moves the data after this. By default it stays where it is.",
            valueName: "folder"))
    var folder: String?

    @Argument(help: "The file or folder.")
    var path: String

    func run() throws {
        let data = try WorkingDirectory.resolve(FilePath(path))
        let place = try folder.map { try WorkingDirectory.resolve(FilePath($0)) }
        let environment = ProcessEnvironment.current
        let store = TorrentStore(try Installation.current().state)
        try store.checkWritable()
        let digest = try verification(of: data)
        let publication = Publication(canonical: data)
        guard try !publication.isEmpty else {
            _ = try verified(digest, data)
            StandardError.say("warning: the data is empty, so there is nothing to seed")
            return
        }
        let parameters = try publication.makeTorrent(
            progress: HashingProgress().report, say: StandardError.say)
        parameters.digest = try verified(digest, data)
        let line = try SeedLine(
            torrent: try store.save(parameters), in: place ?? data.removingLastComponent())
        try Manifest.tell(
            parameters.files.filter { !$0.isPadding }.map(\.path), environment: environment)
        tell(parameters)
        print(line.text)
    }

    private var expected: ContentDigest? {
        get throws {
            guard let checksum else { return nil }
            guard let digest = ContentDigest(checksum) else {
                throw ValidationError("'\(checksum.onOneLine)' is not sha256:HEX or sha512:HEX")
            }
            return digest
        }
    }

    /// Starts to compute the digest. nil for a folder, which has none.
    private func verification(of data: FilePath) throws -> FileDigest? {
        let expected = try expected
        let digest = try FileDigest(of: data, algorithm: expected?.algorithm ?? .sha256)
        guard digest != nil || expected == nil else {
            throw TorrentError.invalid("\(data) is not a file, so it cannot have a digest")
        }
        return digest
    }

    /// The digest. Throws if another one is expected.
    private func verified(_ digest: FileDigest?, _ data: FilePath) throws -> ContentDigest? {
        guard let found = try digest?.value() else { return nil }
        guard let expected = try expected, expected != found else { return found }
        throw TorrentError.invalid(
            "\(data.lastComponent?.string.onOneLine ?? ""): the digest must be \(expected), but is \(found)"
        )
    }

    /// Prints how others get the data.
    private func tell(_ parameters: TorrentParameters) {
        if let digest = parameters.digest { StandardError.say("the digest is \(digest)") }
        StandardError.say(
            """
            others get this data from those who seed it if they put this link before the URI: \
            '\(parameters.magnetLink)'
            """)
    }
}
