import Glibc

/// The environment of seeders: ours without the variables of our own service manager.
enum SeederEnvironment {
    /// Changes our environment, which seeders inherit. Start the container's program first, because
    /// it gets the original environment.
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
