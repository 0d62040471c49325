import BackendContract
import Glibc

extension ExitStatus {
    /// Ends the program. Unlike exit(3), destroys nothing that a thread may still use: a search that is being
    /// closed, or a digest that nobody waits for any more.
    func exitProgram() -> Never {
        fflush(nil)
        _exit(rawValue)
    }
}
