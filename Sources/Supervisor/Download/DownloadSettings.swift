import SystemPackage

/// What is downloaded when `pierdatd` starts, and what follows from it.
public struct DownloadSettings: Sendable {
    /// One line of the get list.
    public struct Line: Sendable {
        /// The arguments of `program`.
        public var arguments: [String]
        /// The line for people, without secrets.
        public var text: String
        /// The folder that gets the data.
        public var destination: String
        /// Why the line cannot be used. nil if it can.
        public var fault: String?

        /// A line that `program` understands, unless there is a `fault`.
        public init(
            arguments: [String], text: String, destination: String, fault: String? = nil
        ) {
            self.arguments = arguments
            self.text = text
            self.destination = destination
            self.fault = fault
        }
    }

    /// When the container's program is started.
    public enum Start: String, Sendable {
        /// When all downloads are complete.
        case wait
        /// At once.
        case beside
    }

    /// The program that downloads one line. Its exit code 0 means that the data is complete and verified.
    public var program: FilePath
    /// The lines, in order.
    public var lines: [Line] = []
    /// When the container's program is started.
    public var start = Start.wait
    /// How often a failed download is tried again.
    public var retries = RetryLimit.unlimited

    /// No lines yet. `program` downloads a line.
    public init(program: FilePath) {
        self.program = program
    }

    /// True if the container's program is started after the downloads.
    public var holdsProgram: Bool { !lines.isEmpty && start == .wait }
}
