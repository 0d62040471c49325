import BackendContract
import Supervisor
import SystemPackage

extension ExitStatus {
    init(_ failure: StartFailure) {
        self =
            switch failure {
            case .runsAlready: .runsAlready
            case .cannotMake(_, .permissionDenied), .cannotMake(_, .notPermitted): .notPermitted
            case .cannotMake: .cannotWrite
            }
    }
}
