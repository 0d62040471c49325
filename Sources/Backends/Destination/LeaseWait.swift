import LinuxSystem
import SystemPackage

/// Waits for a lease of another process, and tells the user for which.
struct LeaseWait {
    private let path: FilePath
    private let interruption: Interruption
    private let deadline: ContinuousClock.Instant?
    private let say: (String) -> Void
    private var nextMessage: ContinuousClock.Instant?

    /// How often a waiting process looks at the file.
    private static let look = Duration.seconds(1)
    /// Who takes a stale lease over waits so long for others that do so at the same time to notice.
    private static let settling = Duration.seconds(5)
    /// How often the user is told.
    private let reminder: Duration

    /// For the lease of `path`, until `deadline` at most.
    init(
        for path: FilePath, _ interruption: Interruption, deadline: ContinuousClock.Instant?,
        reminder: Duration = .seconds(60), say: @escaping (String) -> Void
    ) {
        self.reminder = reminder
        self.path = path
        self.interruption = interruption
        self.deadline = deadline
        self.say = say
    }

    /// Waits for `time`, or less if the deadline is near. `holder` is what the user learns of the other process.
    mutating func pause(
        _ time: Duration, heldBy holder: String
    ) throws(DestinationLease.Failure) {
        let now = ContinuousClock.now
        let other = "another pierdat that downloads to \(path) (\(holder))"
        if let deadline, deadline <= now {
            throw .timedOut("the timeout expired while waiting for \(other)")
        }
        if nextMessage.map({ $0 <= now }) ?? true {
            say("\(nextMessage == nil ? "" : "still ")waiting for \(other)")
            nextMessage = now + reminder
        }
        let left = deadline.map { min(time, $0 - now) } ?? time
        guard !interruption.comes(within: left) else { throw .interrupted }
    }

    /// Waits until `claim` leads to a lease. False if the folder was deleted or the file system refuses the file.
    mutating func until(_ claim: inout LeaseClaim) throws(DestinationLease.Failure) -> Bool {
        while true {
            // A look and a wait throw different errors.
            let step: LeaseClaim.Step
            do throws(Errno) {
                step = try claim.look()
            } catch {
                return false
            }
            switch step {
            case .ours: return true
            case .replaced(let other):
                say("\(Self.name(of: other)) shows no sign of life, so it is replaced")
                try pause(Self.settling, heldBy: Self.name(of: other))
                if claim.file.isOf(claim.record) { return true }
            case .held(let other): try pause(Self.look, heldBy: Self.name(of: other))
            }
        }
    }

    private static func name(of other: LeaseRecord?) -> String {
        other.map { "process \($0.pid) on \($0.host)" } ?? "unknown"
    }
}
