import CLinux
import Glibc
import SystemPackage

/// A non-blocking Unix domain socket: unix(7).
public struct UnixSocket: Sendable {
    /// The socket type.
    public enum Kind: Sendable {
        case stream, datagram
    }

    /// The socket's descriptor.
    public let descriptor: OwnedDescriptor

    /// A socket without an address. Throws the error from socket(2).
    public init(_ kind: Kind) throws(Errno) {
        let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
        let flags = CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        descriptor = try OwnedDescriptor(
            takingOver: socket(AF_UNIX, CInt(type.rawValue) | flags, 0))
    }

    private init(accepted: OwnedDescriptor) {
        descriptor = accepted
    }

    /// Binds the socket to `address`. Its file has mode 0600 from the start.
    public func bind(to address: UnixSocketAddress) throws(Errno) {
        // The kernel derives the new file's mode from this mode and the umask.
        try Self.check(fchmod(descriptor.rawValue, 0o600))
        try Self.check(address.withAddress { Glibc.bind(descriptor.rawValue, $0, $1) })
    }

    /// Queues up to `backlog` clients for ``accept()``.
    public func listen(backlog: CInt) throws(Errno) {
        try Self.check(Glibc.listen(descriptor.rawValue, backlog))
    }

    /// The next waiting client. nil if there is none.
    public func accept() throws(Errno) -> UnixSocket? {
        let client = Glibc.accept(descriptor.rawValue, nil, nil)
        if client < 0, [EAGAIN, EINTR, ECONNABORTED].contains(errno) { return nil }
        let accepted = try OwnedDescriptor(takingOver: client)
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        _ = fcntl(client, F_SETFL, O_NONBLOCK)
        return UnixSocket(accepted: accepted)
    }

    /// Connects to `address`. Throws `connectionRefused` if no process listens, and
    /// `resourceTemporarilyUnavailable` if the listener's backlog is full.
    public func connect(to address: UnixSocketAddress) throws(Errno) {
        try Self.check(address.withAddress { Glibc.connect(descriptor.rawValue, $0, $1) })
    }

    /// Connects to `address`, waiting up to `patience` if the listener's backlog is full.
    public func connect(to address: UnixSocketAddress, within patience: Duration) throws(Errno) {
        var limit = timeval(patience)
        try Self.check(
            setsockopt(
                descriptor.rawValue, SOL_SOCKET, SO_SNDTIMEO, &limit,
                socklen_t(MemoryLayout<timeval>.size)))
        try Self.check(fcntl(descriptor.rawValue, F_SETFL, 0))
        try connect(to: address)
        try Self.check(fcntl(descriptor.rawValue, F_SETFL, O_NONBLOCK))
    }

    /// The pid of the process that listens at the other end, even if it hangs: SO_PEERCRED. nil if
    /// the kernel does not report it, for example across PID namespaces.
    public var listener: pid_t? {
        let pid = linux_peer_of(descriptor.rawValue)
        return pid > 0 ? pid : nil
    }

    /// Sends as much as fits and returns the number of bytes. Throws if the receiver is gone.
    public func send(_ bytes: ArraySlice<UInt8>) throws(Errno) -> Int {
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor.rawValue, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return 0 }
        try Self.check(CInt(clamping: count))
        return count
    }

    /// True if the receiver has not read everything that was sent: SIOCOUTQ, which has the value of TIOCOUTQ.
    public var hasUnread: Bool {
        var bytes: CInt = 0
        return ioctl(descriptor.rawValue, UInt(TIOCOUTQ), &bytes) == 0 && bytes > 0
    }

    /// Sends one datagram. Throws if there is no room or no receiver.
    public func send(_ bytes: [UInt8], to address: UnixSocketAddress) throws(Errno) {
        let count = address.withAddress { address, length in
            sendto(
                descriptor.rawValue, bytes, bytes.count, CInt(MSG_NOSIGNAL), address, length)
        }
        try Self.check(CInt(clamping: count))
    }

    /// Makes the kernel attach the sender's pid to each datagram: SO_PASSCRED.
    public func askForSenders() throws(Errno) {
        var on: CInt = 1
        try Self.check(
            setsockopt(
                descriptor.rawValue, SOL_SOCKET, SO_PASSCRED, &on,
                socklen_t(MemoryLayout<CInt>.size)))
    }

    /// The next datagram, truncated to `limit` bytes, and its sender's pid. nil if none is queued.
    public func receive(atMost limit: Int) -> (bytes: [UInt8], sender: pid_t)? {
        var sender: pid_t = 0
        var count = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
            count = linux_receive_with_sender(
                descriptor.rawValue, buffer.baseAddress, buffer.count, &sender)
            initialized = max(0, count)
        }
        return count < 0 ? nil : (bytes, sender)
    }

    private static func check(_ result: CInt) throws(Errno) {
        guard result >= 0 else { throw Errno(rawValue: errno) }
    }
}

extension timeval {
    /// At least one microsecond, because zero means forever.
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let microseconds = Int(attoseconds / 1_000_000_000_000)
        self.init(
            tv_sec: max(0, Int(seconds)),
            tv_usec: seconds <= 0 ? max(1, microseconds) : microseconds)
    }
}
