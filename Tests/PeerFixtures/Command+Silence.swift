extension Command {
    /// A server on `port` that accepts one connection, prints what it receives, and sends nothing.
    public static func silentServer(_ port: UInt16) -> Command {
        Command(
            "/bin/busybox", ["nc", "-l", "-p", "\(port)", "-e", "/bin/sh", "-c", "exec cat >&2"])
    }
}
