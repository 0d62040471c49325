import Glibc

/// The environment that seeders get: ours, but for what is said between us and whoever started us.
enum SeederEnvironment {
    /// Changes our own environment, which seeders inherit; the container's program has to have been
    /// started, since it gets its environment as it was.
    static func prepare(noteSocket: String?) {
        unsetenv("WATCHDOG_USEC")
        unsetenv("WATCHDOG_PID")
        if let noteSocket {
            setenv("NOTIFY_SOCKET", noteSocket, 1)
        } else {
            unsetenv("NOTIFY_SOCKET")
        }
    }
}
