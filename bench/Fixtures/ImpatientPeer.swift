import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage

/// A peer of the simplest kind (BEP 3), that waits for a seeder to appear on a port of this machine and
/// asks it for the first block of a torrent at once.
struct ImpatientPeer: Sendable {
    let port: UInt16
    /// 20 bytes.
    let infoHash: [UInt8]

    /// `infoHash` is one of v1, in 40 hexadecimal digits.
    init(port: UInt16, infoHash: String) throws {
        self.port = port
        self.infoHash = try TCPStream.bytes(ofInfoHash: infoHash)
    }

    private enum Message: UInt8 {
        case unchoke = 1
        case interested = 2
        case request = 6
        case piece = 7
    }

    /// Waits for the first byte of the data, and tells when it was there. Blocks. It comes back as long as
    /// nobody listens, or does not know the torrent yet.
    func firstByte(within limit: Duration = .seconds(60)) throws -> ContinuousClock.Instant {
        let deadline = ContinuousClock.now + limit
        while .now < deadline {
            if let stream = try TCPStream(port: port), let instant = try ask(stream) {
                return instant
            }
            usleep(200)
        }
        throw FixtureError("no byte came from port \(port) in \(limit)")
    }

    /// Nil when the seeder closed the connection.
    private func ask(_ stream: TCPStream) throws -> ContinuousClock.Instant? {
        do {
            return try handshakeAndRequest(stream)
        } catch is TCPStream.Closed {
            return nil
        }
    }

    private func handshakeAndRequest(_ stream: TCPStream) throws -> ContinuousClock.Instant {
        try stream.shakeHands(infoHash, as: "-BN0000-impatient000")
        try stream.send([0, 0, 0, 1, Message.interested.rawValue])
        while true {
            let length = try stream.receive(4).reduce(0) { $0 << 8 | Int($1) }
            guard length > 0 else { continue }
            let kind = try stream.receive(1)[0]
            if kind == Message.piece.rawValue {
                _ = try stream.receive(9)
                return .now
            }
            _ = try stream.receive(length - 1)
            if kind == Message.unchoke.rawValue { try stream.send(Self.requestOfFirstBlock) }
        }
    }

    private static let requestOfFirstBlock: [UInt8] =
        [0, 0, 0, 13, Message.request.rawValue] + [0, 0, 0, 0] + [0, 0, 0, 0] + [0, 0, 0x40, 0]
}
