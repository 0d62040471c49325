import SeedList
import SystemPackage

extension SeedLine {
    /// The line that seeds `torrent`, whose file or folder is in `folder`. Throws if a path cannot be recorded.
    init(torrent: FilePath, in folder: FilePath) throws(SeedLineError) {
        try self.init(program: Program.seedBitTorrent.rawValue, paths: [torrent, folder])
    }
}
