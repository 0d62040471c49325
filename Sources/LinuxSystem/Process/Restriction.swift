import CProcess
import Glibc
import SystemPackage

/// Restrictions that this process puts on itself, and on every program that it executes later.
public enum Restriction {
    /// Needed by the others, except ``filesReadOnly()``: PR_SET_NO_NEW_PRIVS, prctl(2).
    public static func noNewPrivileges() throws(Errno) {
        try check(process_forbid_new_privileges())
    }

    /// Denies to create, change and delete files that are not at or below one of `paths`: landlock(7). Throws
    /// `noFunction` if the kernel does not support that.
    public static func writesOnly(below paths: [FilePath]) throws(Errno) {
        let copies = paths.map { $0.withPlatformString { strdup($0) } }
        defer { for copy in copies { free(copy) } }
        try check(process_restrict_writes(copies.map { UnsafePointer($0) } + [nil]))
    }

    /// Makes every Internet socket fail with `permissionDenied`: seccomp(2).
    public static func noInternetSockets() throws(Errno) {
        try check(process_deny_internet_sockets())
    }

    /// The same, and reports each attempt to the listener at `address`: ``SocketAttempts``.
    public static func reportInternetSockets(to address: UnixSocketAddress) throws(Errno) {
        let socket = try UnixSocket(.stream)
        try socket.connect(to: address)
        let watch = try OwnedDescriptor(takingOver: process_watch_internet_sockets())
        try check(process_send_descriptor(socket.descriptor.rawValue, watch.rawValue))
    }

    /// Makes all file systems read-only, in a mount namespace of our own: mount_namespaces(7). Throws
    /// `notPermitted` without CAP_SYS_ADMIN.
    public static func filesReadOnly() throws(Errno) {
        try check(process_make_files_read_only())
    }

    /// Gives up root for `owner`, without other groups: setresuid(2).
    public static func become(_ owner: FileOwner) throws(Errno) {
        try check(setgroups(0, nil))
        try check(setgid(owner.group))
        try check(setuid(owner.user))
    }

    private static func check(_ result: CInt) throws(Errno) {
        guard result >= 0 else { throw Errno(rawValue: errno) }
    }
}

/// The attempts of a process, and of its descendants, to open an Internet socket. All of them are denied.
public final class SocketAttempts {
    /// Readable when there is a connection or an attempt to ``take()``.
    public let descriptor: OwnedDescriptor
    private let listener: UnixSocket
    private let events: Epoll
    private var connection: UnixSocket?
    private var watch: OwnedDescriptor?

    /// Listens at `address` for a process that calls ``Restriction/reportInternetSockets(to:)``.
    public init(at address: UnixSocketAddress) throws(Errno) {
        listener = try UnixSocket(.stream)
        try listener.bind(to: address)
        try listener.listen(backlog: 1)
        events = try Epoll()
        try events.add(listener.descriptor, token: 0)
        descriptor = events.descriptor
    }

    /// Denies the pending attempts, and returns the pids of the processes.
    public func take() -> [pid_t] {
        var pids: [pid_t] = []
        for (_, event) in (try? events.wait(timeout: .zero)) ?? [] {
            if let watch {
                guard event.contains(.readable) else {
                    // All processes that the filter restricts have ended.
                    try? events.remove(watch)
                    continue
                }
                let pid = process_answer_socket(watch.rawValue)
                if pid >= 0 { pids.append(pid) }
            } else {
                receive()
            }
        }
        return pids
    }

    private func receive() {
        if let connection {
            let received = process_receive_descriptor(connection.descriptor.rawValue)
            guard received >= 0 || errno != EAGAIN else { return }
            try? events.remove(connection.descriptor)
            watch = try? OwnedDescriptor(takingOver: received)
            if let watch { try? events.add(watch, token: 2) }
        } else if let accepted = try? listener.accept() {
            connection = accepted
            try? events.add(accepted.descriptor, token: 1)
            try? events.remove(listener.descriptor)
        }
    }
}
