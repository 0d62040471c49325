import ArgumentParser
import BackendContract

/// Ends the program with an exit code. The message is nil if the error has been reported already.
struct Failure: Error {
    let status: ExitStatus
    let message: String?

    init(_ status: ExitStatus, _ message: String?) {
        self.status = status
        self.message = message
    }

    /// Converts an error from `body` to a failure with `status`.
    static func wrapping<Result>(_ status: ExitStatus, _ body: () throws -> Result) throws(Failure)
        -> Result
    {
        do {
            return try body()
        } catch {
            throw Failure(status, "\(error)")
        }
    }
}
