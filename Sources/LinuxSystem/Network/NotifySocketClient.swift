import Glibc
import SystemPackage

/// Reports this program's state to the process that started it, by datagrams as in sd_notify(3). It
/// never blocks: if the socket is full, messages are sent when the kernel reports room.
public final class NotifySocketClient {
    private let socket: UnixSocket
    private let epoll: Epoll
    /// The state, which is sent first.
    private var state: [UInt8]?
    /// The rest of a series of messages.
    private var series: ArraySlice<[UInt8]> = []
    private var isWaiting = false

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
        state = Array(message.utf8)
        if !isWaiting { attempt() }
    }

    /// Sends `messages` in order. They replace what is left of an earlier series.
    public func send(series messages: [String]) {
        series = messages.map { Array($0.utf8) }[...]
        if !isWaiting { attempt() }
    }

    /// Sends the pending messages, if any.
    public func sendPending() {
        guard isWaiting else { return }
        isWaiting = false
        try? epoll.remove(socket.descriptor)
        attempt()
    }

    /// Waits until the receiver has read all messages, or for `patience`. The kernel has no event for that.
    public func waitUntilRead(atMost patience: Duration) {
        let giveUp = ContinuousClock.now.advanced(by: patience)
        while ContinuousClock.now < giveUp {
            sendPending()
            guard isWaiting || socket.hasUnread else { return }
            poll(nil, 0, 2)
        }
    }

    /// Sends what fits. If the receiver is gone, messages are dropped.
    private func attempt() {
        while let message = state ?? series.first {
            guard (try? socket.send(message[...])) != 0 else { return wait() }
            if state != nil { state = nil } else { series.removeFirst() }
        }
    }

    private func wait() {
        do throws(Errno) {
            try epoll.add(socket.descriptor, for: .writable, token: 0)
            isWaiting = true
        } catch {
            state = nil
            series = []
        }
    }
}
