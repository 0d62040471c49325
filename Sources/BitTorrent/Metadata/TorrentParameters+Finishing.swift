import CLibtorrent
import SystemPackage

extension TorrentParameters {
    /// Makes the wanted files below `folder`, whose data is there and verified, exactly what the torrent has: cuts
    /// what is longer. Throws where one of them is something else, or has another name on that file system.
    func finishFiles(in folder: FilePath) throws(TorrentError) {
        try settle(in: folder, by: pierdat_params_finish_files)
    }

    /// Throws where one of the wanted files below `folder`, whose data was verified, is longer than the torrent's, or
    /// where a link or a file of no bytes is missing. Changes nothing.
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
