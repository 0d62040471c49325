import LinuxSystem
import SeedList
import SystemPackage

/// An item in the seed list and its state.
struct SeededItem {
    let item: Seeder.Item
    /// The path of its data, or of the .torrent file until that was read.
    private(set) var place: FilePath
    /// The torrent's info-hash. nil if the .torrent file cannot be read.
    private(set) var key: InfoHash?
    /// The current state.
    private(set) var state = ServingState.superseded
    /// Why it is not served, as text. nil if it is.
    private(set) var reason: String?
    /// Its token in the session. nil if it is not in the session.
    var token: UInt64?
    /// The data check is complete.
    private(set) var isChecked = false
    /// The ``Presence/signature`` at the last data check and at the last look.
    private(set) var checkedSignature: UInt64 = 0
    private(set) var seenSignature: UInt64 = 0
    /// The stamp of the .torrent file that could not be read. nil if the file did not exist.
    private(set) var refusedStamp: FileStamp?
    /// The system denied memory or descriptors, which may be temporary.
    private(set) var lacksResource = false
    /// When to check its data again after a check that could not read it. nil if it could.
    private(set) var nextCheck: ContinuousClock.Instant?
    private var failedChecks = 0

    init(_ item: Seeder.Item) {
        self.item = item
        place = item.torrent
    }

    /// Called when the .torrent file was read.
    mutating func know(_ summary: TorrentSummary) {
        key = summary.key
        place = item.folder.appending(summary.name)
        set(.superseded, nil)
    }

    /// Called if it cannot be added to the session, because of its .torrent file or the session.
    mutating func refuse(_ error: TorrentError) {
        token = nil
        refusedStamp = FileStamp(item.torrent)
        if case .noResource = error { lacksResource = true }
        set(.refused, "\(error)")
    }

    /// True if reading the .torrent file again may succeed.
    var isWorthAnotherTry: Bool {
        state == .refused && token == nil
            && (lacksResource || FileStamp(item.torrent) != refusedStamp)
    }

    /// Called when it was added to the session with `token`.
    mutating func begin(_ token: UInt64, verifies: Bool, _ presence: Presence) {
        self.token = token
        lacksResource = false
        checkedSignature = presence.signature
        seenSignature = presence.signature
        isChecked = presence.isComplete && !verifies
        if presence.isComplete {
            set(verifies ? .verifying : .served, nil)
        } else {
            lose(presence)
        }
    }

    /// Called when data is missing, or is not all that a file has.
    mutating func lose(_ presence: Presence) {
        set(presence.isEmpty ? .missing : .damaged, presence.complaint)
    }

    /// Called when its data is checked again because of `reason`.
    mutating func recheck(because reason: String, _ presence: Presence) {
        lacksResource = false
        nextCheck = nil
        isChecked = false
        checkedSignature = presence.signature
        seenSignature = presence.signature
        if presence.isComplete { set(.rechecking, reason) } else { lose(presence) }
    }

    /// Retry later. A check in progress cannot recover from this.
    mutating func lackResource() { lacksResource = true }

    /// Called when a check could not read the data. Schedules another check: after a minute, then after
    /// twice as long each time, up to an hour.
    mutating func failCheck(because reason: String, now: ContinuousClock.Instant) {
        // Several pieces may fail in one check.
        guard nextCheck == nil else { return }
        nextCheck = now + min(.seconds(60) * (1 << min(failedChecks, 6)), .seconds(3600))
        failedChecks += 1
        set(.refused, reason)
    }

    /// The check is done, and `missing` bytes of `wanted` are corrupt or missing.
    mutating func take(missing: Int64, of wanted: Int64, _ presence: Presence) {
        isChecked = true
        nextCheck = nil
        failedChecks = 0
        guard missing > 0 else { return presence.isComplete ? set(.served, nil) : lose(presence) }
        let amount = "\(ByteCount(missing)) of \(ByteCount(wanted))"
        let why = presence.complaint.map { " (\($0))" } ?? ""
        set(
            presence.isEmpty ? .missing : .damaged,
            "\(amount) on disk are corrupt or missing and are not served\(why)")
    }

    /// Called when the session cannot serve it any more.
    mutating func fail(_ cause: Errno?, _ message: String) {
        let shortage = cause.flatMap { ResourceShortage($0) }
        lacksResource = shortage != nil
        set(.refused, shortage.map { "\($0)" } ?? message)
    }

    /// Records the current signature.
    mutating func see(_ presence: Presence) {
        seenSignature = presence.signature
    }

    /// Called when another line covers the same data, which is served from `other`.
    mutating func supersede(by other: FilePath) {
        token = nil
        set(.superseded, "the same data is served from \(other)")
    }

    /// Called when it has reached the user's goal.
    mutating func retire() {
        token = nil
        set(.retired, nil)
    }

    private mutating func set(_ state: ServingState, _ reason: String?) {
        self.state = state
        self.reason = reason
    }
}
