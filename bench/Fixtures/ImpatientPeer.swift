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
        self.infoHash = Self.bytes(infoHash)
        guard self.infoHash.count == 20 else {
            throw FixtureError("\(infoHash) is no info-hash of v1")
        }
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
        let protocolName = Array("BitTorrent protocol".utf8)
        let ownName = Array("-BN0000-impatient000".utf8)
        try stream.send(
            [19] + protocolName + [UInt8](repeating: 0, count: 8) + infoHash + ownName)
        _ = try stream.receive(68)
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

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        var digits = Substring(hexadecimal)
        var bytes: [UInt8] = []
        while let byte = UInt8(digits.prefix(2), radix: 16) {
            bytes.append(byte)
            digits = digits.dropFirst(2)
        }
        return bytes
    }
}

/// A connection to a port of this machine, that blocks.
private final class TCPStream {
    struct Closed: Error {}

    private let socket: OwnedDescriptor

    /// Nil when nobody listens.
    init?(port: UInt16) throws {
        socket = try OwnedDescriptor(
            takingOver: Glibc.socket(
                AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(
            socket.rawValue, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
        let descriptor = socket.rawValue
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { return nil }
    }

    func send(_ bytes: [UInt8]) throws {
        guard Glibc.send(socket.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        else { throw Closed() }
    }

    func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let received = bytes.withUnsafeMutableBytes {
                recv(socket.rawValue, $0.baseAddress.map { $0 + filled }, count - filled, 0)
            }
            if received == 0 || (received < 0 && errno == ECONNRESET) { throw Closed() }
            guard received > 0 else { throw Errno(rawValue: errno) }
            filled += received
        }
        return bytes
    }
}
