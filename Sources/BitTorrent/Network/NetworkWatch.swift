import LinuxSystem
import SystemPackage

/// Detects that this machine's network has gained an address or device and has settled, for example
/// after a cable was plugged in or a container's network came up late. libtorrent only notices new
/// IPv4 addresses, and reacts immediately, when the device may not be up yet.
struct NetworkWatch {
    /// nil if netlink is not available, for example in a sandbox.
    private let kernel: NetlinkMonitor?
    private let timer: TimerDescriptor
    /// Readable when there are changes to read.
    let changed: OwnedDescriptor
    /// The network has gained something since we started.
    private var hasGained = false

    /// The time without changes after which the network counts as settled. A device, its addresses
    /// and its routes arrive one by one.
    private static let calm = Duration.milliseconds(500)

    /// Readable when the network has gained something and has settled.
    var settled: OwnedDescriptor { timer.descriptor }

    /// Watches for changes from now on.
    init() throws(TorrentError) {
        kernel = try? NetlinkMonitor()
        do throws(Errno) {
            timer = try TimerDescriptor()
            let silence = try EventDescriptor().descriptor
            changed = kernel?.descriptor ?? silence
        } catch {
            throw .cannotWait(error)
        }
    }

    /// Reads changes and restarts the timer.
    mutating func takeNews() {
        guard kernel?.tellOfGain() == true else { return }
        hasGained = true
        // Cannot fail, because the timer was set before.
        try? timer.set(after: Self.calm)
    }

    /// Clears ``settled``.
    func clear() { timer.clear() }

    /// True if `news` shows that we listen on a reachable address, after a gain of the network.
    func isUsed(by news: [SessionEvent]) -> Bool {
        hasGained && news.contains(where: \.isOpening)
    }
}

extension SessionEvent {
    /// True if peers on other machines can reach the new listening address.
    fileprivate var isOpening: Bool {
        guard case .listening(let address, _) = self, let place = AddressBlock(address)
        else { return false }
        return !Self.near.contains { $0.contains(place) }
    }

    /// Addresses that are useless to peers on other machines.
    private static let near = ["127.0.0.0/8", "::1", "fe80::/10"].compactMap(AddressBlock.init)
}
