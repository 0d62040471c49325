import CLibtorrent

extension TorrentParameters {
    /// A torrent of an info dictionary (BEP 3, BEP 52), without trackers. Throws if it is malformed.
    convenience init(info: [UInt8]) throws(TorrentError) {
        var error = pierdat_error()
        guard let handle = pierdat_params_from_info(info, info.count, &error) else {
            throw error.shortage ?? .invalid("its metadata is malformed: \(error.text)")
        }
        self.init(takingOver: handle)
    }
}
