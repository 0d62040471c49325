import Glibc
import LinuxSystem
import SystemPackage

/// One run of a program under test.
struct Trial {
    /// A signal that the kit sends to the program's process group.
    struct Signal {
        /// When it is sent.
        enum Moment {
            /// This long after the start, or after the previous signal.
            case after(Duration)
            /// As soon as a file below one of these folders has data, or at the latest after the time.
            case whenData(below: [FilePath], atTheLatest: Duration)
        }

        let number: CInt
        let moment: Moment

        static func terminate(_ moment: Moment) -> Signal {
            Signal(number: SIGTERM, moment: moment)
        }
    }

    /// A path, or a name to be searched for in the sandbox and on PATH.
    var program: FilePath
    var arguments: [String]
    /// Environment variables to add to the sandbox's own.
    var settings: [String: String] = [:]
    var confinement: Confinement
    /// The program is stopped after this time.
    var limit: Duration
    /// Sent one after the other.
    var signals: [Signal] = []
    /// The time from the last signal to SIGKILL.
    var grace: Duration = .seconds(5)
}

/// What the kit saw of a ``Trial``.
struct Observation {
    /// How the program ended.
    enum End: Equatable {
        case ended(TerminationStatus)
        case tooMuchOutput
        case timedOut
    }

    /// The moment of the last signal.
    struct Stop {
        /// The bytes on disk below the folders that were watched.
        let held: Int64
        /// The time until the program ended.
        let lasted: Duration
    }

    /// A process that outlived the program.
    struct LeftProcess {
        let name: String
        let isInGroup: Bool
    }

    let end: End
    let output: [UInt8]
    /// Standard error.
    let errors: String
    let duration: Duration
    /// nil if it ended before all signals were sent.
    let stop: Stop?
    let leftProcesses: [LeftProcess]
    /// The processes, by name, that were in another process group while the program ran.
    let strays: [String]
    /// The processes, by name, that tried to open an Internet socket.
    let sockets: [String]

    var isSuccess: Bool { end == .ended(.exited(0)) }
}

/// Why a rule could not be checked.
enum Obstacle: Error {
    /// For a reason that the author must know.
    case notChecked(String)
    /// A signal ended the kit.
    case interrupted
    /// The kit itself failed.
    case failed(String, Errno)
}
