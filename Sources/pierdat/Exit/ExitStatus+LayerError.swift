import BackendContract
import ImageLayer

extension ExitStatus {
    init(_ error: LayerError) {
        self =
            switch error {
            case .time, .unknown: .usage
            case .ownerNotPermitted, .cannotSet, .isShared: .cannotWrite
            }
    }
}
