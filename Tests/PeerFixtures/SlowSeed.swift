/// A seeder for a local download. All bytes of its data are equal, and it sends a block only on
/// demand.
public final class SlowSeed {
    /// A requested block (BEP 3).
    private struct Request {
        let position: ArraySlice<UInt8>
        let length: Int

        var piece: Int { TCPStream.number(position.prefix(4)) }
    }

    private let stream: TCPStream
    private let byte: UInt8
    private var requests: [Request] = []
    /// The number of pieces that the download has completed.
    private var complete = 0
    /// The requested pieces in the order of their first request.
    public private(set) var pieces: [Int] = []

    /// Connects to a download of a v1 torrent and lets it send requests.
    public init(port: UInt16, infoHash: String, of byte: UInt8) async throws {
        self.byte = byte
        stream = try await Patience.until { try Self.acquainted(port: port, infoHash: infoHash) }
        try stream.send(.haveAll)
        try stream.send(.unchoke)
    }

    /// nil while nobody listens or the torrent is unknown.
    private static func acquainted(port: UInt16, infoHash: String) throws -> TCPStream? {
        guard let stream = try TCPStream(port: port) else { return nil }
        do {
            try stream.shakeHands(
                TCPStream.bytes(ofInfoHash: infoHash), as: "-SS0000-has all here",
                reserved: TCPStream.fastExtension)
        } catch is TCPStream.Closed {
            return nil
        }
        return stream
    }

    /// The number of requested blocks that were not sent yet.
    public var outstanding: Int { requests.count }

    /// Suggests a piece (BEP 6).
    public func suggest(_ piece: Int) throws {
        try stream.send(.suggest, TCPStream.bytes(UInt32(piece)))
    }

    /// Waits until a block of `piece` was requested.
    public func isAsked(for piece: Int) throws {
        while !pieces.contains(piece) { try listen() }
    }

    /// Waits until the download has `count` pieces.
    public func isTold(ofPieces count: Int) throws {
        while complete < count { try listen() }
    }

    /// Receives messages for this many milliseconds.
    public func listen(for milliseconds: Int) throws {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        while true {
            let left = Int((end - .now) / .milliseconds(1))
            guard left > 0, stream.hasInput(within: left) else { return }
            try listen()
        }
    }

    /// Sends the block that was requested first, and returns its piece.
    @discardableResult
    public func give() throws -> Int {
        while requests.isEmpty { try listen() }
        let request = requests.removeFirst()
        try stream.send(
            .piece, request.position + [UInt8](repeating: byte, count: request.length))
        return request.piece
    }

    private func listen() throws {
        let (kind, payload) = try stream.message()
        switch kind {
        case .have: complete += 1
        case .request:
            guard payload.count == 12 else { throw FixtureError("a request of \(payload)") }
            let request = Request(
                position: payload[..<8], length: TCPStream.number(payload[8...]))
            requests.append(request)
            if !pieces.contains(request.piece) { pieces.append(request.piece) }
        default: break
        }
    }
}
