import BitTorrent
import LinuxSystem
import SystemPackage

// Data whose torrent the URI names, because its origin can change it.

extension ManifestDownload {
    /// The data that is there if it is that of the pin, whatever the origin has by now.
    func pinnedData(in folder: FilePath) throws(TorrentError) -> Result? {
        let path = folder.appending(manifest.name.text)
        guard manifest.pin != nil, FileStatus(withoutFollowing: path)?.kind == .folder else {
            return nil
        }
        var reporter = ProgressReporter()
        defer { reporter.close() }
        // What cannot be a torrent is other data.
        guard
            let torrent = try? Publication(canonical: path).makeTorrent(
                progress: {
                    reporter.report("checking existing data: \(Int($0 * 100)) %", now: .now)
                }, say: { _ in }),
            (try? manifest.checkPin(torrent.summary)) != nil
        else { return nil }
        say("all of the data is there already and verified")
        return try result(
            in: folder, torrent, files: torrent.files.filter { !$0.isPadding }.map(\.path))
    }
}
