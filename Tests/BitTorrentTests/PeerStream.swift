import Glibc
import LinuxSystem
import SystemPackage

@testable import BitTorrent

/// A connection to a peer, to exchange messages of BEP 3 and BEP 10 as scripted. Blocks, for at most 30 s.
final class PeerStream: Sendable {
    struct Closed: Error {}

    /// The number that we give the rendezvous extension.
    static let ownNumber: UInt8 = 7

    private let socket: OwnedDescriptor

    init(_ socket: OwnedDescriptor) {
        self.socket = socket
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(
            socket.rawValue, SOL_SOCKET, SO_RCVTIMEO, &patience,
            socklen_t(MemoryLayout<timeval>.size))
    }

    /// Connects to a port of this machine.
    convenience init(port: UInt16) throws {
        let socket = try OwnedDescriptor(
            takingOver: Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0))
        self.init(socket)
        guard Self.withAddress(port, { connect(socket.rawValue, $0, $1) }) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    static func withAddress<Result>(
        _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket.rawValue, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Closed() }
            sent += count
        }
    }

    func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let received = bytes.withUnsafeMutableBytes {
                recv(socket.rawValue, $0.baseAddress.map { $0 + filled }, count - filled, 0)
            }
            guard received > 0 else { throw Closed() }
            filled += received
        }
        return bytes
    }

    /// Sends our handshake, and receives the other's.
    func shakeHands(_ hash: InfoHash) throws {
        let reserved: [UInt8] = [0, 0, 0, 0, 0, 0x10, 0, 0]
        let identifier = (0..<12).map { _ in UInt8.random(in: 48...57) }
        try send(
            [19] + "BitTorrent protocol".utf8 + reserved + hash.bytes + Array("-XX0000-".utf8)
                + identifier)
        _ = try receive(68)
        try sendExtended(0, "d1:md13:pd_rendezvousi\(Self.ownNumber)eee")
    }

    func sendExtended(_ number: UInt8, _ payload: some StringProtocol, _ rest: [UInt8] = []) throws
    {
        try sendExtended(number, Array(payload.utf8) + rest)
    }

    func sendExtended(_ number: UInt8, _ payload: [UInt8]) throws {
        let length = UInt32(payload.count + 2)
        let head = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
        try send(head + [20, number] + payload)
    }

    /// The next message of the rendezvous extension. Skips all others.
    func message() throws -> [UInt8] {
        while true {
            let length = try receive(4).reduce(0) { $0 << 8 | Int($1) }
            let bytes = try receive(length)
            if bytes.count > 2, bytes[0] == 20, bytes[1] == Self.ownNumber {
                return Array(bytes[2...])
            }
        }
    }

    /// Returns when the other side has closed the connection.
    func waitForEnd() {
        while (try? receive(1)) != nil {}
    }
}
