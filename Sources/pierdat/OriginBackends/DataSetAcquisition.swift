import BackendContract
import BitTorrent
import EnvironmentSettings
import ImageLayer
import LinuxSystem
import Origins
import SeedList
import SystemPackage

/// The common part of the backends that download data sets of several files: from a manifest to the printed seed line.
struct DataSetAcquisition {
    /// What is downloaded.
    let manifest: OriginManifest
    /// What is known about its torrent. nil if nothing is.
    let torrent: MagnetLink?
    /// The URI that always names this very data, without a fragment.
    let pinned: String
    /// The name in DEST that the user has chosen. nil for the usual one.
    let name: FileName?
    /// The time limit counts from this moment.
    let start: ContinuousClock.Instant
    let configuration: EngineConfiguration
    let environment: [String: String]
    let store: TorrentStore

    /// Downloads the files into the folder.
    func get(into folder: String) throws {
        let options = try DownloadOptions(environment: environment)
        var download = ManifestDownload(
            try selected(options), torrent: torrent, into: FilePath(folder), store: store,
            configuration: configuration, options: options, start: start,
            say: { StandardError.say($0) })
        try record(try download.run())
    }

    /// Verifies the files, at `path` or in the folder `path`.
    func verify(at path: String) throws {
        let options = try DownloadOptions(environment: environment)
        try record(
            try ManifestDownload.verify(try selected(options), at: FilePath(path), store: store))
    }

    private func selected(_ options: DownloadOptions) throws(TorrentError) -> OriginManifest {
        guard let selection = options.selection else { return manifest }
        return try manifest.selecting(selection)
    }

    /// Prints the line that seeds the files.
    private func record(_ result: ManifestDownload.Result) throws {
        try Manifest.tell(result.files, environment: environment)
        guard let torrent = result.torrent else {
            StandardError.say("warning: all files are empty, so there is nothing to seed")
            return
        }
        tell(result)
        print(try SeedLine(torrent: torrent, in: result.folder).text)
    }

    /// Prints the URI that names this very data, for the Dockerfile.
    private func tell(_ result: ManifestDownload.Result) {
        guard let v1 = result.infoHash, torrent?.v1 != v1 else { return }
        let name = name.map { "&name=\($0.percentEncoded)" } ?? ""
        let select = (environment[.select] ?? "").isEmpty ? "" : ", with the same --select"
        StandardError.say(
            """
            to pin this data, and to get it from those who seed it, use \
            '\(pinned)#xt=urn:btih:\(v1)\(name)'\(select)
            """)
    }
}
