/// How a program of Pierdat's ends. The numbers are those of sysexits(3) where it has one that
/// fits, timeout(1)'s for a time-out and the shell's for a signal. A backend that ends with one of
/// them hands its meaning on: `pierdat` then ends with the same.
public enum ExitStatus: Int32, Sendable {
    case success = 0
    /// `pierdat health`: not everything on the seed list is served. `pierdat status`: `pierdatd` does not
    /// answer. `pierdatd --pid`: none runs.
    case unhealthy = 1
    /// The command line or a setting in the environment is wrong.
    case usage = 64
    /// The URI, the torrent or the data is malformed or does not match.
    case invalidData = 65
    /// A file or folder that was named does not exist or cannot be read.
    case noInput = 66
    /// Every backend that could have got the data failed.
    case everyBackendFailed = 69
    /// A defect of Pierdat's own: an error that nobody foresaw, or the built-in backend crashed.
    case internalFailure = 70
    /// The system refuses a process, a thread, memory or a descriptor (EX_OSERR).
    case noResource = 71
    /// DEST, or the state folder, cannot be made or written.
    case cannotWrite = 73
    /// The operating system failed to read or write.
    case inputOutput = 74
    /// `pierdatd`: another one of the same installation runs.
    case runsAlready = 75
    /// This user may not do that.
    case notPermitted = 77
    /// No backend can get the URI.
    case noBackend = 79
    /// The data does not fit on the file system of DEST.
    case noSpace = 80
    /// `--timeout` or `--stall-timeout` ran out.
    case timedOut = 124
    /// SIGHUP ended it, as when its terminal goes away; the same command goes on where it stopped.
    case hungUp = 129
    /// SIGINT ended it; the same command goes on where it stopped.
    case interrupted = 130
    /// SIGTERM ended it; the same command goes on where it stopped.
    case terminated = 143
}
