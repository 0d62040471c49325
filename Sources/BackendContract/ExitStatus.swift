/// The exit codes of Pierdat's programs. The numbers follow sysexits(3) where it has one that fits,
/// timeout(1) for a timeout, and the shell for a signal. If a backend exits with one of them,
/// `pierdat` exits with the same code.
public enum ExitStatus: Int32, Sendable {
    case success = 0
    /// `pierdat health`: not everything in the seed list is served. `pierdat status`: `pierdatd`
    /// does not answer. `pierdatd --pid`: it is not running. `pierdat test-backend`: a rule is broken.
    case unhealthy = 1
    /// The command line or a setting in the environment is wrong.
    case usage = 64
    /// The URI, the torrent or the data is malformed or does not match.
    case invalidData = 65
    /// A named file or folder does not exist or cannot be read.
    case noInput = 66
    /// Every backend that could download the data failed.
    case everyBackendFailed = 69
    /// A bug in Pierdat: an unexpected error, or a crash of the built-in backend.
    case internalFailure = 70
    /// The system denied a process, thread, memory or descriptor (EX_OSERR).
    case noResource = 71
    /// DEST or the state folder cannot be created or written.
    case cannotWrite = 73
    /// The operating system failed to read or write.
    case inputOutput = 74
    /// `pierdatd`: another instance of the same installation is running. `pierdat`: another process has taken over
    /// DEST, because this one stood still.
    case runsAlready = 75
    /// This user lacks the permission.
    case notPermitted = 77
    /// No backend supports the URI.
    case noBackend = 79
    /// The data does not fit on the file system of DEST.
    case noSpace = 80
    /// `--timeout` or `--stall-timeout` expired.
    case timedOut = 124
    /// Ended by SIGHUP, for example when its terminal was closed. Running the same command again
    /// resumes.
    case hungUp = 129
    /// Ended by SIGINT. Running the same command again resumes.
    case interrupted = 130
    /// Ended by SIGTERM. Running the same command again resumes.
    case terminated = 143
}
