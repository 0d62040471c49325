import ArgumentParser
import BackendContract

/// An end of the program with a status, and a line for the user where nobody has told yet.
struct Failure: Error {
    let status: ExitStatus
    let message: String?

    init(_ status: ExitStatus, _ message: String?) {
        self.status = status
        self.message = message
    }

    /// Turns what `body` throws into a failure with `status`.
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
