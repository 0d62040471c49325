import CLibtorrent
import SystemPackage

extension TorrentParameters {
    /// The result of copying files.
    struct Copied {
        /// Bytes that both folders now share.
        let cloned: Int64
        /// Bytes that were copied.
        let copied: Int64
        /// All wanted files existed with their full size.
        let isComplete: Bool
    }

    /// Copies the wanted files from the folder `from` to `to`, sharing their blocks if the file
    /// system supports that. Skips missing files. Follows no links below `to`. The parts of
    /// unwanted files that pieces need go to `partFolder`.
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
