import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

@testable import BitTorrent

/// A peer of a rendezvous that behaves as a test wants, on a port of its own.
final class ScriptedPeer: Sendable {
    let port: UInt16
    private let socket: OwnedDescriptor
    private let accepted = Mutex(0)

    /// How many connections it got.
    var connections: Int { accepted.withLock { $0 } }

    /// Runs `script` for each connection, on a thread of its own.
    init(_ script: @escaping @Sendable (PeerStream) throws -> Void) throws {
        let socket = try OwnedDescriptor(
            takingOver: Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0))
        self.socket = socket
        guard PeerStream.withAddress(0, { bind(socket.rawValue, $0, $1) }) == 0,
            listen(socket.rawValue, 16) == 0
        else { throw Errno(rawValue: errno) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(socket.rawValue, $0, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try BackgroundThread.run { [weak self] in
            while true {
                let connection = accept(socket.rawValue, nil, nil)
                guard connection >= 0, let self,
                    let stream = try? PeerStream(OwnedDescriptor(takingOver: connection))
                else { return }
                accepted.withLock { $0 += 1 }
                try? BackgroundThread.run { try? script(stream) }
            }
        }
    }

    deinit { shutdown(socket.rawValue, CInt(SHUT_RDWR)) }
}

/// What scripted peers say.
enum RendezvousScript {
    /// The number of the extension at libtorrent's side.
    static let number: UInt8 = 22

    /// Shakes hands and answers the question with a torrent of this info-hash and size.
    static func name(
        _ hash: InfoHash, size: Int, at rendezvous: InfoHash, to peer: PeerStream
    ) throws {
        try peer.shakeHands(rendezvous)
        _ = try peer.message()
        try peer.sendExtended(
            number,
            Array("d8:torrentsld4:sizei\(size)e2:v120:".utf8) + hash.bytes
                + Array("ee4:typei1ee".utf8))
    }

    /// Sends a part of the metadata.
    static func part(_ index: Int, of hash: InfoHash, _ bytes: [UInt8], to peer: PeerStream) throws
    {
        try peer.sendExtended(
            number,
            Array("d4:parti\(index)e7:torrent20:".utf8) + hash.bytes + Array("4:typei3ee".utf8)
                + bytes)
    }
}
