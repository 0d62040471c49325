import CLibtorrent
import SystemPackage

extension TorrentParameters {
    /// What came of copying.
    struct Copied {
        /// Bytes that both folders share now.
        let cloned: Int64
        /// Bytes that there are twice now.
        let copied: Int64
        /// All of the wanted files were there, with all of their bytes.
        let isComplete: Bool
    }

    /// Makes the wanted files appear below `to` as they are below `from`, by reference where the file
    /// system can; what is missing is left out. Below `to` no link is followed. What pieces need of
    /// unwanted files goes to `partFolder`.
    func copyFiles(from: FilePath, to: FilePath, partFolder: FilePath) throws(TorrentError)
        -> Copied
    {
        var copied = pierdat_copied()
        var error = pierdat_error()
        let succeeded = pierdat_params_copy_files(
            handle, from.string, to.string, partFolder.string, &copied, &error)
        guard succeeded else {
            if let shortage = error.shortage { throw shortage }
            let cause = error.code > 0 ? Errno(rawValue: error.code) : nil
            throw TorrentError(cause, error.text, missing: 0, in: to)
        }
        return Copied(
            cloned: copied.cloned, copied: copied.copied, isComplete: copied.is_complete)
    }
}
