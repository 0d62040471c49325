import LinuxSystem
import SystemPackage

/// Sees when this machine's network has gained something, and calm has returned: a cable that is plugged in
/// after we have started, a container's network that comes late. libtorrent itself looks for new addresses
/// of IPv4 alone, and at the moment that they come, when the device may not carry yet.
struct NetworkWatch {
    /// nil where the kernel does not tell: a sandbox may forbid it.
    private let kernel: NetlinkMonitor?
    private let timer: TimerDescriptor
    /// Readable when there is news to take.
    let changed: OwnedDescriptor
    /// Something has been gained since we started.
    private var hasGained = false

    /// A device, its addresses and routes come one by one.
    private static let calm = Duration.milliseconds(500)

    /// Readable when something was gained, and it is time to make use of it.
    var settled: OwnedDescriptor { timer.descriptor }

    /// What comes from now on is seen.
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

    /// Takes note of news.
    mutating func takeNews() {
        guard kernel?.tellOfGain() == true else { return }
        hasGained = true
        // A timer that was set once can be set again.
        try? timer.set(after: Self.calm)
    }

    /// Takes note that use was made of what was gained.
    func clear() { timer.clear() }

    /// Whether, by `news` of the session, others can reach us by what may have been gained.
    func isUsed(by news: [SessionEvent]) -> Bool {
        hasGained && news.contains(where: \.isOpening)
    }
}

extension SessionEvent {
    /// Whether others can reach us by what is listened on now.
    fileprivate var isOpening: Bool {
        guard case .listening(let address, _) = self, let place = AddressBlock(address)
        else { return false }
        return !Self.near.contains { $0.contains(place) }
    }

    /// Addresses that no tracker can pass on.
    private static let near = ["127.0.0.0/8", "::1", "fe80::/10"].compactMap(AddressBlock.init)
}
