import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage

/// A minimal peer (BEP 3) that waits for a seeder on a local port and immediately requests the
/// first block of a torrent.
struct ImpatientPeer: Sendable {
    let port: UInt16
    /// 20 bytes.
    let infoHash: [UInt8]

    /// `infoHash` is a v1 info-hash of 40 hexadecimal digits.
    init(port: UInt16, infoHash: String) throws {
        self.port = port
        self.infoHash = try TCPStream.bytes(ofInfoHash: infoHash)
    }

    /// Waits for the first byte of the data and returns its time. Blocks. Reconnects while nobody
    /// listens or the torrent is unknown.
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

    /// nil if the seeder closed the connection.
    private func ask(_ stream: TCPStream) throws -> ContinuousClock.Instant? {
        do {
            return try handshakeAndRequest(stream)
        } catch is TCPStream.Closed {
            return nil
        }
    }

    private func handshakeAndRequest(_ stream: TCPStream) throws -> ContinuousClock.Instant {
        try stream.shakeHands(infoHash, as: "-BN0000-impatient000")
        try stream.send(.interested)
        while true {
            let (kind, length) = try stream.header()
            if kind == .piece {
                _ = try stream.receive(9)
                return .now
            }
            _ = try stream.receive(length)
            if kind == .unchoke { try stream.requestFirstBlock(of: 0) }
        }
    }
}
