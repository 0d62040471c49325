import BackendContract
import Glibc

extension ExitStatus {
    /// Ends the program.
    func exitProgram() -> Never {
        fflush(nil)
        exit(rawValue)
    }
}
