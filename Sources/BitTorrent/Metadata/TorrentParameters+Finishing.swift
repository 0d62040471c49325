import CLibtorrent
import SystemPackage

extension TorrentParameters {
    /// Makes the wanted files below `folder`, whose data is verified, exactly match the torrent by
    /// truncating longer ones. Throws if a file has another type or is stored under another name.
    package func finishFiles(in folder: FilePath) throws(TorrentError) {
        try settle(in: folder, by: pierdat_params_finish_files)
    }

    /// Throws if a wanted file below `folder`, whose data is verified, is longer than in the
    /// torrent, or a link or empty file is missing. Changes nothing.
    func checkFiles(in folder: FilePath) throws(TorrentError) {
        try settle(in: folder, by: pierdat_params_check_files)
    }

    private typealias Call = (
        OpaquePointer?, UnsafePointer<CChar>?, UnsafeMutablePointer<pierdat_error>?
    ) -> Bool

    private func settle(in folder: FilePath, by call: Call) throws(TorrentError) {
        var error = pierdat_error()
        guard call(handle, folder.string, &error) else {
            let cause = error.code > 0 ? Errno(rawValue: error.code) : nil
            throw TorrentError(cause, error.text, missing: 0, in: folder)
        }
    }
}
