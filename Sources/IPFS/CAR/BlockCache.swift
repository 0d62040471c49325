import Synchronization

/// Verified blocks that have arrived in archives, before they are needed. Shared by all threads.
final class BlockCache: Sendable {
    /// The most bytes that it takes, and that an archive may have.
    static let most = 32 << 20
    /// About what a block takes in addition to its bytes.
    private static let overhead = 256

    private struct State {
        var blocks: [Multihash: [UInt8]] = [:]
        var size = 0
    }

    private let state = Mutex(State())
    private let total = Atomic(0)

    /// All bytes that were ever added.
    var received: Int { total.load(ordering: .relaxed) }

    /// What it takes now, in bytes.
    var size: Int { state.withLock { $0.size } }

    /// True if it has the block.
    func has(_ cid: CID) -> Bool { state.withLock { $0.blocks[cid.multihash] != nil } }

    /// Removes and returns the block. nil if it is not there.
    func take(_ cid: CID) -> [UInt8]? {
        state.withLock { state in
            guard let block = state.blocks.removeValue(forKey: cid.multihash) else { return nil }
            state.size -= block.count + Self.overhead
            return block
        }
    }

    /// Adds the block of the CID, unless the CID contains it. If there is no room, forgets all others: they are
    /// requested again.
    func add(_ block: ArraySlice<UInt8>, _ cid: CID) {
        total.add(block.count, ordering: .relaxed)
        guard cid.inlineBlock == nil else { return }
        state.withLock { state in
            let needed = block.count + Self.overhead
            if state.size + needed > Self.most { state = State() }
            if state.blocks.updateValue(Array(block), forKey: cid.multihash) == nil {
                state.size += needed
            }
        }
    }
}
