import Synchronization

/// Verified blocks that have arrived in archives, before they are needed. Shared by all threads.
final class BlockCache: Sendable {
    /// The most bytes that it has, and that an archive may have.
    static let most = 32 << 20

    private struct State {
        var blocks: [Multihash: [UInt8]] = [:]
        var size = 0
    }

    private let state = Mutex(State())
    private let total = Atomic(0)

    /// All bytes that were ever added.
    var received: Int { total.load(ordering: .relaxed) }

    /// The block. nil if it is not there.
    func block(_ cid: CID) -> [UInt8]? { state.withLock { $0.blocks[cid.multihash] } }

    /// Adds the block of the CID. If there is no room, forgets all others: they are requested again.
    func add(_ block: ArraySlice<UInt8>, _ cid: CID) {
        total.add(block.count, ordering: .relaxed)
        state.withLock { state in
            if state.size + block.count > Self.most { state = State() }
            if state.blocks.updateValue(Array(block), forKey: cid.multihash) == nil {
                state.size += block.count
            }
        }
    }
}
