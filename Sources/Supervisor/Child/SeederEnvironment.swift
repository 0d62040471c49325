import LinuxSystem

/// The environment of seeders and downloads: ours without the variables of our own service manager, which are for the
/// container's program.
final class SeederEnvironment {
    /// The socket for what children report about themselves.
    var noteSocket: String?

    /// Changes the environment of `command`.
    func apply(to command: inout Command) {
        command.withheld.formUnion(["WATCHDOG_USEC", "WATCHDOG_PID", "NOTIFY_SOCKET"])
        if let noteSocket { command.environment["NOTIFY_SOCKET"] = noteSocket }
    }
}
