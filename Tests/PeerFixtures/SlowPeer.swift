import Synchronization

/// A peer of a seeder on this machine that downloads by the block, and listens to what pieces it is to
/// ask for (BEP 6).
public final class SlowPeer {
    private static let count = Atomic<UInt32>(100_000_000)

    private let stream: TCPStream

    /// Connects, and waits until it may ask. `infoHash` is one of v1, in 40 hexadecimal digits.
    public init(port: UInt16, infoHash: String) throws {
        guard let stream = try TCPStream(port: port) else {
            throw FixtureError("nobody listens on port \(port)")
        }
        self.stream = stream
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).oldValue
        try stream.shakeHands(
            TCPStream.bytes(ofInfoHash: infoHash), as: "-SL0000-\(number)xyz",
            reserved: TCPStream.fastExtension)
        try stream.send(.haveNone)
        try stream.send(.interested)
        try stream.skip(to: .unchoke)
    }

    /// Asks for the first block of a piece; tells what pieces were suggested before it came.
    public func suggestions(askingFor piece: UInt32) throws -> [Int] {
        try stream.requestFirstBlock(of: piece)
        var suggested: [Int] = []
        while true {
            let (kind, payload) = try stream.message()
            if kind == .piece { return suggested }
            if kind == .suggest { suggested.append(TCPStream.number(payload)) }
        }
    }
}
