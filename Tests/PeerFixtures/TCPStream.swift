import Glibc
import LinuxSystem
import SystemPackage

/// A blocking TCP connection to a port of this machine.
public final class TCPStream {
    /// The peer has closed the connection.
    public struct Closed: Error {}

    private let socket: OwnedDescriptor

    /// nil if nobody listens.
    public init?(port: UInt16) throws {
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

    /// Throws `Closed` if the peer has closed the connection.
    public func send(_ bytes: [UInt8]) throws {
        guard Glibc.send(socket.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        else { throw Closed() }
    }

    /// Waits up to `milliseconds` for input.
    public func hasInput(within milliseconds: Int) -> Bool {
        var waited = pollfd(fd: socket.rawValue, events: Int16(POLLIN), revents: 0)
        return poll(&waited, 1, CInt(max(0, milliseconds))) > 0
    }

    /// Receives exactly `count` bytes within half a minute.
    public func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let received = bytes.withUnsafeMutableBytes {
                recv(socket.rawValue, $0.baseAddress.map { $0 + filled }, count - filled, 0)
            }
            if received == 0 || (received < 0 && errno == ECONNRESET) { throw Closed() }
            guard received > 0 else {
                throw FixtureError("nothing was received: \(Errno(rawValue: errno))")
            }
            filled += received
        }
        return bytes
    }

    /// Receives everything until the peer closes the connection.
    public func receiveToEnd() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let received = recv(socket.rawValue, &part, part.count, 0)
            if received == 0 || (received < 0 && errno == ECONNRESET) { return bytes }
            guard received > 0 else {
                throw FixtureError("nothing was received: \(Errno(rawValue: errno))")
            }
            bytes += part[..<received]
        }
    }
}

extension TCPStream {
    /// Message types: BEP 3, BEP 6.
    public enum Message: UInt8 {
        case choke = 0
        case unchoke = 1
        case interested = 2
        case have = 4
        case request = 6
        case piece = 7
        case suggest = 13
        case haveAll = 14
        case haveNone = 15
    }

    /// The reserved bytes of a peer that supports suggestions (BEP 6).
    static let fastExtension: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 4]

    /// Sends the handshake of BEP 3 with the 20-byte peer ID `name` and these reserved bytes.
    public func shakeHands(
        _ infoHash: [UInt8], as name: String,
        reserved: [UInt8] = [UInt8](repeating: 0, count: 8)
    ) throws {
        let protocolName = Array("BitTorrent protocol".utf8)
        try send([19] + protocolName + reserved + infoHash + Array(name.utf8))
        _ = try receive(68)
    }

    /// Sends a message of BEP 3.
    public func send(_ kind: Message, _ payload: [UInt8] = []) throws {
        try send(Self.bytes(UInt32(payload.count + 1)) + [kind.rawValue] + payload)
    }

    /// Requests the first block of a piece.
    public func requestFirstBlock(of piece: UInt32) throws {
        try send(.request, [piece, 0, 1 << 14].flatMap(Self.bytes))
    }

    /// The type of the next message of BEP 3 that is not a keep-alive (nil if unknown here), and
    /// the number of its bytes still to be received.
    public func header() throws -> (kind: Message?, length: Int) {
        while true {
            let length = Self.number(try receive(4))
            guard length > 0 else { continue }
            return (Message(rawValue: try receive(1)[0]), length - 1)
        }
    }

    /// The next message of BEP 3 that is not a keep-alive.
    public func message() throws -> (kind: Message?, payload: [UInt8]) {
        let (kind, length) = try header()
        return (kind, try receive(length))
    }

    /// Waits for a message of this type and ignores those before it.
    public func skip(to kind: Message) throws {
        while try message().kind != kind {}
    }

    /// A big-endian number.
    static func number(_ bytes: some Sequence<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// The 20 bytes of a v1 info-hash in 40 hexadecimal digits.
    public static func bytes(ofInfoHash hexadecimal: String) throws -> [UInt8] {
        var digits = Substring(hexadecimal)
        var bytes: [UInt8] = []
        while let byte = UInt8(digits.prefix(2), radix: 16) {
            bytes.append(byte)
            digits = digits.dropFirst(2)
        }
        guard bytes.count == 20 else {
            throw FixtureError("\(hexadecimal) is no info-hash of v1")
        }
        return bytes
    }
}
