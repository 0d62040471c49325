import Glibc
import SystemPackage

/// Tells the process that started this program how it is: datagrams in the manner of sd_notify(3). It never
/// waits: what the reader has no room for is sent when the kernel says that there is room.
public final class NotifySocketClient {
    private let socket: UnixSocket
    private let epoll: Epoll
    private var pending: [UInt8]?

    /// Readable when there is room for what could not be sent: call ``sendPending()``.
    public var roomReady: OwnedDescriptor { epoll.descriptor }

    /// `notifySocket` is the value of NOTIFY_SOCKET; nil if nobody listens there.
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

    /// Sends `message`, in place of one that there was no room for.
    public func send(_ message: String) {
        let wasPending = pending != nil
        pending = Array(message.utf8)
        if !wasPending { attempt() }
    }

    /// Sends what there was no room for.
    public func sendPending() {
        guard pending != nil else { return }
        try? epoll.remove(socket.descriptor)
        attempt()
    }

    private func attempt() {
        guard let message = pending else { return }
        let isTaken = (try? socket.send(message[...])).map { $0 > 0 }
        // Where nobody listens any more, nothing is owed.
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
