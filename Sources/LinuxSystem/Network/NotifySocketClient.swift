import Glibc
import SystemPackage

/// Reports this program's state to the process that started it, by datagrams as in sd_notify(3). It
/// never blocks: if the socket is full, the message is sent when the kernel reports room.
public final class NotifySocketClient {
    private let socket: UnixSocket
    private let epoll: Epoll
    private var pending: [UInt8]?

    /// Readable when a pending message can be sent. Then call ``sendPending()``.
    public var roomReady: OwnedDescriptor { epoll.descriptor }

    /// `notifySocket` is the value of NOTIFY_SOCKET. nil if it is unset, invalid or nobody listens
    /// there.
    public init?(notifySocket: String?) {
        guard let address = notifySocket.flatMap(UnixSocketAddress.init(notifySocket:)) else {
            return nil
        }
        do throws(Errno) {
            socket = try UnixSocket(.datagram)
            try socket.connect(to: address)
            epoll = try Epoll()
        } catch {
            return nil
        }
    }

    /// Sends `message`. It replaces a pending message that did not fit.
    public func send(_ message: String) {
        let wasPending = pending != nil
        pending = Array(message.utf8)
        if !wasPending { attempt() }
    }

    /// Sends the pending message, if any.
    public func sendPending() {
        guard pending != nil else { return }
        try? epoll.remove(socket.descriptor)
        attempt()
    }

    private func attempt() {
        guard let message = pending else { return }
        let isTaken = (try? socket.send(message[...])).map { $0 > 0 }
        // If the receiver is gone, the message is dropped.
        guard isTaken == false else {
            pending = nil
            return
        }
        do throws(Errno) {
            try epoll.add(socket.descriptor, for: .writable, token: 0)
        } catch {
            pending = nil
        }
    }
}
