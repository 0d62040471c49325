import Glibc
import SystemPackage

/// Tells whoever has started this program how it gets on, in one line: the `STATUS=` of sd_notify(3).
public struct StatusNote: Sendable {
    private let address: UnixSocketAddress
    private let socket: UnixSocket

    /// A reader that is busy is given this many chances,
    private static let attempts = 50
    /// so many milliseconds apart.
    private static let pause: CInt = 20

    /// `notifySocket` is the value of NOTIFY_SOCKET; nil where nobody wants to know.
    public init?(notifySocket: String?) {
        guard let address = notifySocket.flatMap(UnixSocketAddress.init(notifySocket:)),
            let socket = try? UnixSocket(.datagram)
        else { return nil }
        self.address = address
        self.socket = socket
    }

    /// Replaces what was told before.
    public func tell(_ words: String) {
        for _ in 0..<Self.attempts {
            do throws(Errno) {
                return try socket.send(Array("STATUS=\(words)".utf8), to: address)
            } catch {
                guard error == .resourceTemporarilyUnavailable else { return }
                poll(nil, 0, Self.pause)
            }
        }
    }
}
