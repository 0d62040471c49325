import LinuxSystem
import SeedList
import SystemPackage

/// The items that a seeder serves and their torrents in the session. If several lines cover the
/// same data, the newest one whose data is present is served, because data that moved is recorded
/// again.
final class SeededItems {
    /// The torrents added to and removed from the session since the last call.
    struct Changes {
        var added: [UInt64] = []
        var removed: [UInt64] = []
    }

    private let session: Session
    private let configuration: EngineConfiguration
    private let log: SeederLog
    /// In the order of the seed list.
    private var order: [Seeder.Item] = []
    private var entries: [Seeder.Item: SeededItem] = [:]
    private var byKey: [InfoHash: [Seeder.Item]] = [:]
    private var byToken: [UInt64: Seeder.Item] = [:]
    private var lastToken: UInt64 = 0
    private var changes = Changes()
    private var rota: PresenceRota
    private var rendezvous: SeededRendezvous
    /// Errors of invalid seed lines.
    private var lineFaults: [String] = []
    private var latestReport: ServingReport?

    /// The torrents in the session, by token.
    private(set) var torrents: [UInt64: Torrent] = [:]

    /// Readable when it is time to call ``look()``.
    var due: OwnedDescriptor { rota.due }

    init(_ session: Session, _ configuration: EngineConfiguration, log: SeederLog) throws(Errno) {
        self.session = session
        self.configuration = configuration
        self.log = log
        rota = try PresenceRota()
        rendezvous = SeededRendezvous(session)
    }

    /// The state of all items, and the first reason why something is wrong.
    var report: ServingReport {
        if let latestReport { return latestReport }
        var report = ServingReport()
        for fault in lineFaults { report.add(.refused, reason: fault) }
        for entry in order.lazy.compactMap({ self.entries[$0] }) {
            report.add(entry.state, reason: "\(entry.place): \(entry.reason ?? "")")
        }
        latestReport = report
        return report
    }

    /// The name of torrent `token` in the log.
    func name(_ token: UInt64) -> String { byToken[token]?.torrent.string ?? "a torrent" }

    /// The info-hash of torrent `token`. nil if it is not in the session.
    func key(_ token: UInt64) -> InfoHash? { byToken[token].flatMap { entries[$0]?.key } }

    /// Every rendezvous where torrents are named. They are not counted as torrents.
    var meetings: some Collection<Rendezvous> { rendezvous.all }

    func takeChanges() -> Changes {
        defer { changes = Changes() }
        return changes
    }

    // MARK: The seed list

    /// Events are taken after this many torrents. Each, and its rendezvous, produces several events,
    /// and libtorrent queues at most 10,000.
    private static let addedAtOnce = 250

    /// Serves exactly `items` from now on. Items that stay are not affected. Calls `takeEvents`
    /// from time to time, so that no event is lost.
    func update(to items: [Seeder.Item], faults: [String], takeEvents: () -> Void) {
        latestReport = nil
        lineFaults = faults
        for fault in faults { log.error("not seeded: \(fault)") }
        let wanted = Set(items)
        var touched: Set<InfoHash> = []
        for item in order where !wanted.contains(item) {
            guard let entry = entries.removeValue(forKey: item) else { continue }
            if let token = entry.token { remove(token) }
            if let key = entry.key { touched.insert(key) }
        }
        order = unique(items)
        var read: [Seeder.Item: TorrentParameters] = [:]
        for item in order where entries[item] == nil {
            let (entry, parameters) = self.read(SeededItem(item))
            entries[item] = entry
            read[item] = parameters
            if let key = entry.key { touched.insert(key) }
        }
        byKey = [:]
        for item in order {
            if let key = entries[item]?.key { byKey[key, default: []].append(item) }
        }
        var count = 0
        for key in keys(touched) {
            serve(key, read: read)
            count += 1
            if count.isMultiple(of: Self.addedAtOnce) { takeEvents() }
        }
    }

    private func unique(_ items: [Seeder.Item]) -> [Seeder.Item] {
        var seen: Set<Seeder.Item> = []
        return items.filter { seen.insert($0).inserted }
    }

    /// The torrents in `touched`, in the order of the seed list.
    private func keys(_ touched: Set<InfoHash>) -> [InfoHash] {
        var rest = touched
        return order.compactMap { entries[$0]?.key }.filter { rest.remove($0) != nil }
    }

    private func read(_ unread: SeededItem) -> (SeededItem, TorrentParameters?) {
        var entry = unread
        do throws(TorrentError) {
            let parameters = try TorrentParameters(savedAt: entry.item.torrent)
            guard parameters.summary.key != nil else { throw .invalid("it has no info-hash") }
            entry.know(parameters.summary)
            for warning in parameters.warnings {
                log.warn("\(entry.item.torrent): \(warning)", of: entry.key)
            }
            return (entry, parameters)
        } catch {
            refuse(&entry, error)
            return (entry, nil)
        }
    }

    private func refuse(_ entry: inout SeededItem, _ error: TorrentError) {
        let former = entry.reason
        entry.refuse(error)
        if entry.reason != former {
            log.error("\(entry.item.torrent) is not seeded: \(error)", of: entry.key)
        }
    }

    // MARK: The session

    /// Ensures that exactly the right item of `key` is in the session.
    private func serve(_ key: InfoHash, read: [Seeder.Item: TorrentParameters] = [:]) {
        latestReport = nil
        let items = byKey[key] ?? []
        guard !items.contains(where: { entries[$0]?.state == .retired }),
            let chosen = choose(items, read: read)
        else { return }
        for item in items where item != chosen { supersede(item, by: chosen) }
        if entries[chosen]?.token == nil { add(chosen, read[chosen]) }
    }

    /// The newest item whose data is present, otherwise the one already served, otherwise the
    /// newest.
    private func choose(
        _ items: [Seeder.Item], read: [Seeder.Item: TorrentParameters]
    ) -> Seeder.Item? {
        guard items.count > 1 else { return items.first }
        let complete = items.last { item in
            let inSession = entries[item]?.token.flatMap { torrents[$0]?.parameters }
            let parameters =
                inSession ?? read[item] ?? (try? TorrentParameters(savedAt: item.torrent))
            return parameters?.presence(in: item.folder).isComplete ?? false
        }
        return complete ?? items.last { entries[$0]?.token != nil } ?? items.last
    }

    private func supersede(_ item: Seeder.Item, by chosen: Seeder.Item) {
        guard let entry = entries[item] else { return }
        let wasServed = entry.token != nil
        if let token = entry.token { remove(token) }
        if wasServed || entry.reason == nil {
            log.say(
                "\(entry.place): the same data is served from \(chosen.folder); this line of the seed list can be removed",
                of: entry.key
            )
        }
        entries[item]?.supersede(by: chosen.folder)
    }

    private func add(_ item: Seeder.Item, _ known: TorrentParameters?) {
        guard var entry = entries[item] else { return }
        defer {
            entries[item] = entry
            meet(item)
        }
        do throws(TorrentError) {
            let parameters: TorrentParameters
            if let known {
                parameters = known
            } else {
                parameters = try .init(savedAt: item.torrent)
            }
            configuration.addTrackers(to: parameters)
            let summary = parameters.summary
            // If the pieces of a selection were not saved, a check must find them.
            let isKnown = !summary.isSelection || summary.knowsPieces
            let presence = parameters.presence(in: item.folder)
            lastToken += 1
            let torrent = try session.add(
                parameters, folder: item.folder,
                partFolder: item.torrent.removingLastComponent(),
                purpose: isKnown ? .seed : .checkAndSeed, token: lastToken)
            entry.begin(lastToken, verifies: !isKnown, presence)
            torrents[lastToken] = torrent
            byToken[lastToken] = item
            changes.added.append(lastToken)
            if let complaint = presence.complaint {
                log.error("\(entry.place): \(complaint)", of: entry.key)
            }
            log.debug("\(item.torrent) is in the session: \(entry.state.rawValue)", of: entry.key)
        } catch {
            refuse(&entry, error)
        }
    }

    private func remove(_ token: UInt64) {
        byToken[token] = nil
        rendezvous.forget(token)
        if let torrent = torrents.removeValue(forKey: token) { session.remove(torrent) }
        changes.removed.append(token)
    }

    /// Stops serving a torrent that has reached the user's goal. Its line stays in the seed list.
    /// It is seeded again when the seeder restarts.
    func retire(_ token: UInt64) {
        guard let item = byToken[token] else { return }
        remove(token)
        change(item) { $0.retire() }
    }

    private func change(_ item: Seeder.Item, _ body: (inout SeededItem) -> Void) {
        guard entries[item] != nil else { return }
        latestReport = nil
        body(&entries[item, default: SeededItem(item)])
        meet(item)
    }

    /// Names the item at the rendezvous of its digest exactly while all of its data is served.
    private func meet(_ item: Seeder.Item) {
        guard let entry = entries[item], let token = entry.token, let torrent = torrents[token]
        else { return }
        guard entry.state == .served else {
            rendezvous.forget(token)
            return
        }
        do throws(TorrentError) {
            if let digest = try rendezvous.name(token, torrent) {
                log.debug("\(item.torrent) can be found by \(digest)", of: entry.key)
            }
        } catch {
            log.warn(
                "\(item.torrent) cannot be found by the digest of its content: \(error)",
                of: entry.key)
        }
    }

    // MARK: Its data

    /// Updates the items for a session event.
    func take(_ event: SessionEvent) {
        switch event {
        case .failed(let token, let cause, let message):
            log.error("\(name(token)) is no longer seeded: \(message)", of: key(token))
            if let item = byToken[token] { change(item) { $0.fail(cause, message) } }
        case .unreadable(let token, let cause, let message): takeUnreadable(token, cause, message)
        case .checked(let token): takeStock(token)
        default: break
        }
    }

    private func takeUnreadable(_ token: UInt64, _ cause: Errno?, _ message: String) {
        guard let item = byToken[token], let entry = entries[item] else { return }
        let isShortage = cause.flatMap { ResourceShortage($0) } != nil
        guard entry.isChecked else {
            // Without a cause it is an earlier request for data that has to be checked again.
            guard cause != nil else { return }
            if isShortage { change(item) { $0.lackResource() } } else { failCheck(item, message) }
            return
        }
        if isShortage {
            change(item) { $0.fail(cause, message) }
            log.error("\(name(token)): \(message)", of: entry.key)
        } else {
            checkAgain(token, message)
        }
    }

    private func failCheck(_ item: Seeder.Item, _ message: String) {
        guard let entry = entries[item], entry.nextCheck == nil else { return }
        log.error(
            "\(entry.place) cannot be checked: \(message); retrying later", of: entry.key)
        change(item) { $0.failCheck(because: message, now: .now) }
    }

    /// Called when the files have changed since they were checked. All of the data is checked again.
    private func checkAgain(_ token: UInt64, _ message: String) {
        guard let item = byToken[token], let torrent = torrents[token] else { return }
        log.warn("\(name(token)): \(message); checking the data again", of: key(token))
        let presence = torrent.parameters.presence(in: item.folder)
        change(item) { $0.recheck(because: message, presence) }
        torrent.recheck()
    }

    /// Called when a check of all data is complete. A seeded torrent is checked completely after a
    /// requested piece was corrupt or unreadable.
    private func takeStock(_ token: UInt64) {
        guard let item = byToken[token], let torrent = torrents[token], let status = torrent.status,
            let former = entries[item]?.state
        else { return }
        let presence = torrent.parameters.presence(in: item.folder)
        change(item) { $0.take(missing: status.missing, of: status.wanted, presence) }
        if let reason = entries[item]?.reason {
            log.error("\(name(token)): \(reason)", of: key(token))
        } else if former != .served, former != .verifying {
            log.say("\(name(token)): all of the data is correct", of: key(token))
        }
    }

    /// Checks if data is still present or present again, without reading it.
    func look() {
        let start = ContinuousClock.now
        for token in rota.next(of: byToken.keys) { look(at: token) }
        for item in order where entries[item]?.isWorthAnotherTry == true { tryAgain(item) }
        for (key, items) in byKey where items.count > 1 { serve(key) }
        rota.plan(after: .now - start)
    }

    private func look(at token: UInt64) {
        guard let item = byToken[token], let torrent = torrents[token], let entry = entries[item]
        else { return }
        let presence = torrent.parameters.presence(in: item.folder)
        if entry.lacksResource || entry.nextCheck.map({ $0 <= .now }) == true {
            checkAgain(token, entry.reason ?? "it could not be read")
        } else if presence.signature == entry.checkedSignature {
            guard presence.signature != entry.seenSignature else { return }
            checkAgain(token, "it was missing for a while")
        } else if presence.signature == entry.seenSignature {
            // It is no longer being written to.
            checkAgain(token, presence.complaint ?? "it has changed since it was checked")
        } else {
            change(item) { $0.see(presence) }
            guard !presence.isComplete, entry.state == .served || entry.state == .verifying else {
                return
            }
            change(item) { $0.lose(presence) }
            log.error(
                "\(entry.place): \(presence.complaint ?? "its data is missing")", of: entry.key)
        }
    }

    private func tryAgain(_ item: Seeder.Item) {
        guard let former = entries[item] else { return }
        latestReport = nil
        if former.key == nil {
            let (entry, parameters) = read(former)
            entries[item] = entry
            guard let key = entry.key else { return }
            byKey[key, default: []].append(item)
            byKey[key]?.sort { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) }
            serve(key, read: parameters.map { [item: $0] } ?? [:])
        } else if let key = former.key {
            serve(key)
        }
    }
}
