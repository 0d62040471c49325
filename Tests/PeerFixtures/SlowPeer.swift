import Synchronization

/// A peer of a local seeder that downloads block by block and records suggested pieces (BEP 6).
public final class SlowPeer {
    private static let count = Atomic<UInt32>(100_000_000)

    private let stream: TCPStream

    /// Connects and waits until it is unchoked. `infoHash` is a v1 info-hash of 40 hexadecimal
    /// digits.
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

    /// Requests the first block of a piece. Returns the pieces suggested before the block arrived.
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
