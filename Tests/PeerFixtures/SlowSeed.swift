/// A seed of a download on this machine whose bytes are all the same; it gives a block when it is told to.
public final class SlowSeed {
    /// A block that is asked for (BEP 3).
    private struct Request {
        let position: ArraySlice<UInt8>
        let length: Int

        var piece: Int { TCPStream.number(position.prefix(4)) }
    }

    private let stream: TCPStream
    private let byte: UInt8
    private var requests: [Request] = []
    /// Pieces that the download has by now.
    private var complete = 0
    /// Pieces that were asked for, in the order in which they were first.
    public private(set) var pieces: [Int] = []

    /// Connects to a download of a torrent of v1, and has it ask.
    public init(port: UInt16, infoHash: String, of byte: UInt8) async throws {
        self.byte = byte
        stream = try await Patience.until { try Self.acquainted(port: port, infoHash: infoHash) }
        try stream.send(.haveAll)
        try stream.send(.unchoke)
    }

    /// Nil while nobody listens, or nobody knows the torrent yet.
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

    /// Blocks that have been asked for and not given.
    public var outstanding: Int { requests.count }

    /// Suggests a piece (BEP 6).
    public func suggest(_ piece: Int) throws {
        try stream.send(.suggest, TCPStream.bytes(UInt32(piece)))
    }

    /// Waits until a block of `piece` has been asked for.
    public func isAsked(for piece: Int) throws {
        while !pieces.contains(piece) { try listen() }
    }

    /// Waits until the download has so many pieces.
    public func isTold(ofPieces count: Int) throws {
        while complete < count { try listen() }
    }

    /// Listens for so many milliseconds.
    public func listen(for milliseconds: Int) throws {
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        while true {
            let left = Int((end - .now) / .milliseconds(1))
            guard left > 0, stream.hasInput(within: left) else { return }
            try listen()
        }
    }

    /// Gives what was asked for first, and tells of which piece it is.
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
