import BackendContract
import BitTorrent
import Glibc

extension ExitStatus {
    init(_ error: TorrentError) {
        self =
            switch error {
            case .invalid, .otherContent: .invalidData
            case .noInput: .noInput
            case .noResource: .noResource
            case .noSpace: .noSpace
            case .cannotWrite, .inTheWay: .cannotWrite
            case .inputOutput: .inputOutput
            case .timedOut: .timedOut
            case .interrupted(let signal): signal == SIGINT ? .interrupted : .terminated
            case .unavailable: .everyBackendFailed
            }
    }
}
