import LinuxSystem
import SeedList
import SystemPackage

/// One thing on the seed list and what has become of it.
struct SeededItem {
    let item: Seeder.Item
    /// Where its data lies; the .torrent file as long as that cannot be read.
    private(set) var place: FilePath
    /// What its torrent is known by; nil if the .torrent file cannot be read.
    private(set) var key: InfoHash?
    /// What has become of it.
    private(set) var state = ServingState.superseded
    /// Why it is not served, in words; nil if it is.
    private(set) var reason: String?
    /// Names it in the session; nil if it is not there.
    var token: UInt64?
    /// The check of its data that was under way is done.
    private(set) var isChecked = false
    /// What ``Presence/signature`` was when its data was checked last, and when it was looked at last.
    private(set) var checkedSignature: UInt64 = 0
    private(set) var seenSignature: UInt64 = 0
    /// The .torrent file when it could not be read; nil if there was none.
    private(set) var refusedStamp: FileStamp?
    /// The system refused memory or descriptors: that may be over soon.
    private(set) var lacksResource = false
    /// When its data is checked again because the last check could not read it; nil if it could.
    private(set) var nextCheck: ContinuousClock.Instant?
    private var failedChecks = 0

    init(_ item: Seeder.Item) {
        self.item = item
        place = item.torrent
    }

    /// The .torrent file was read.
    mutating func know(_ summary: TorrentSummary) {
        key = summary.key
        place = item.folder.appending(summary.name)
        set(.superseded, nil)
    }

    /// It is not in the session: its .torrent file or the session itself is to blame.
    mutating func refuse(_ error: TorrentError) {
        token = nil
        refusedStamp = FileStamp(item.torrent)
        if case .noResource = error { lacksResource = true }
        set(.refused, "\(error)")
    }

    /// Whether it may be worthwhile to read the .torrent file again.
    var isWorthAnotherTry: Bool {
        state == .refused && token == nil
            && (lacksResource || FileStamp(item.torrent) != refusedStamp)
    }

    /// It is in the session now, by the name `token`.
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

    /// Not all of its data is there.
    mutating func lose(_ presence: Presence) {
        set(presence.isEmpty ? .missing : .damaged, presence.complaint)
    }

    /// Its data is checked again because of `reason`.
    mutating func recheck(because reason: String, _ presence: Presence) {
        lacksResource = false
        nextCheck = nil
        isChecked = false
        checkedSignature = presence.signature
        seenSignature = presence.signature
        if presence.isComplete { set(.rechecking, reason) } else { lose(presence) }
    }

    /// What it lacked is asked for again later: a check that is under way cannot tell anything.
    mutating func lackResource() { lacksResource = true }

    /// A check has failed to read the data. It is checked again after a minute, then after twice as long each
    /// time, and at least once an hour.
    mutating func failCheck(because reason: String, now: ContinuousClock.Instant) {
        // Of one check several pieces may fail.
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
        guard missing > 0 else {
            set(.served, nil)
            return
        }
        let amount = "\(ByteCount(missing)) of \(ByteCount(wanted))"
        let why = presence.complaint.map { " (\($0))" } ?? ""
        set(
            presence.isEmpty ? .missing : .damaged,
            "\(amount) on disk are corrupt or missing and are not served\(why)")
    }

    /// The session can do nothing with it any more.
    mutating func fail(_ cause: Errno?, _ message: String) {
        let shortage = cause.flatMap { ResourceShortage($0) }
        lacksResource = shortage != nil
        set(.refused, shortage.map { "\($0)" } ?? message)
    }

    /// It is looked at again later.
    mutating func see(_ presence: Presence) {
        seenSignature = presence.signature
    }

    /// Another line promises the same data, which is served from `other`.
    mutating func supersede(by other: FilePath) {
        token = nil
        set(.superseded, "the same data is served from \(other)")
    }

    /// A goal of the user's is reached.
    mutating func retire() {
        token = nil
        set(.retired, nil)
    }

    private mutating func set(_ state: ServingState, _ reason: String?) {
        self.state = state
        self.reason = reason
    }
}
