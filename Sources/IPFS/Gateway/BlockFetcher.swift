import BitTorrent
import HTTP
import LinuxSystem
import Origins
import Synchronization
import SystemPackage

/// Runs ``BlockTask``s, a few at once on threads of their own, and decides which gateway is asked. Belongs to one
/// thread.
final class BlockFetcher {
    /// What has become of a task.
    enum News {
        case ended(BlockTask, BlockOutcome)
        /// A line for the user.
        case message(String)
    }

    private struct Ended: Sendable {
        let task: BlockTask
        let gateway: Int
        let client: HTTPClient
        let outcome: BlockOutcome
    }

    private final class Mailbox: Sendable {
        let events = Mutex<[Ended]>([])
        let wake: EventDescriptor

        init() throws(Errno) {
            wake = try EventDescriptor()
        }

        func post(_ event: Ended) {
            events.withLock { $0.append(event) }
            wake.signal()
        }
    }

    private let configuration: EngineConfiguration
    private let secrets: RequestSecrets
    private let rateLimit: RateLimit?
    private let mailbox: Mailbox
    private let isCancelled = CancelFlag()
    private let cache = BlockCache()
    private var gateways: [GatewayState]
    private var random = SystemRandomNumberGenerator()
    /// Tasks that failed at a gateway and wait for another, or for the end of a rest.
    private var waiting: [BlockTask] = []
    /// Tasks that are running.
    private(set) var active = 0
    /// True from the claim of an archive until its task has ended.
    private var isArchiveClaimed = false

    /// Requests at once.
    private static let most = 8
    private static let fewestEntries = 16
    private static let largestArchive: Int64 = 16 << 20

    init(
        _ gateways: [Gateway], _ secrets: RequestSecrets, _ configuration: EngineConfiguration
    ) throws(Errno) {
        self.gateways = gateways.map(GatewayState.init)
        self.secrets = secrets
        self.configuration = configuration
        rateLimit = RateLimit(configuration)
        mailbox = try Mailbox()
    }

    /// Readable when a task has ended.
    var descriptor: OwnedDescriptor { mailbox.wake.descriptor }

    /// True if another task can be started now.
    var hasRoom: Bool { active + waiting.count < Self.most }

    /// Tasks that have not ended.
    var count: Int { active + waiting.count }

    /// The bytes of archives so far.
    var archived: Int { cache.received }

    /// True if an archive of a folder with these blocks may save requests, and its task is to be added. It is kept in
    /// memory, and a download that is interrupted begins it again. So it is small, one at a time, and not used with a
    /// rate limit.
    func claimArchive(of cids: [CID], totalSize: Int64) -> Bool {
        guard cids.count >= Self.fewestEntries, totalSize <= Self.largestArchive,
            rateLimit == nil, !isArchiveClaimed,
            Int64(cache.size) + totalSize <= Int64(BlockCache.most),
            gateways.contains(where: { $0.state != .dropped && $0.sendsArchives }),
            cids.contains(where: { $0.inlineBlock == nil && !cache.has($0) })
        else { return false }
        isArchiveClaimed = true
        return true
    }

    /// Starts a task as soon as a gateway may be asked.
    func add(_ task: BlockTask) {
        waiting.append(task)
    }

    /// Starts what can be started. Throws if no gateway is left for a task.
    func schedule(now: ContinuousClock.Instant) throws(TorrentError) {
        var rest: [BlockTask] = []
        // Wakes every gateway whose pause is over, even if no task waits for it.
        for index in gateways.indices { _ = gateways[index].isUsable(now: now) }
        for task in waiting {
            guard let gateway = try gateway(for: task, now: now) else {
                rest.append(task)
                continue
            }
            try start(task, gateway)
        }
        waiting = rest
    }

    /// What has happened since the last call.
    func take() -> [News] {
        mailbox.wake.clear()
        let ended = mailbox.events.withLock { events in
            defer { events = [] }
            return events
        }
        return ended.flatMap(news)
    }

    /// The time until a gateway may be asked that a task waits for. nil if none waits.
    func pause(now: ContinuousClock.Instant) -> Duration? {
        guard !waiting.isEmpty else { return nil }
        return gateways.compactMap { gateway in
            if case .resting(let end) = gateway.state { max(.zero, end - now) } else { nil }
        }.min()
    }

    /// Ends all transfers, within a second.
    func cancel() {
        waiting = []
        isCancelled.set()
    }

    /// The last failure, to be appended to a message. Empty if there was none.
    var lastFailure: String { reasons.first.map { " (\($0))" } ?? "" }

    /// Why each gateway failed.
    private var reasons: [String] {
        gateways.compactMap { state in
            state.lastFailure.map { "\(state.gateway): \($0.words(configuration.names))" }
        }
    }
}

extension BlockFetcher {
    /// The first gateway that may be asked now. nil if one may be asked later. Throws if none is left.
    private func gateway(
        for task: BlockTask, now: ContinuousClock.Instant
    ) throws(TorrentError) -> Int? {
        let candidates = gateways.indices.filter {
            gateways[$0].state != .dropped && !task.lacking.contains($0)
        }
        guard !candidates.isEmpty else { throw exhausted(by: task) }
        if task.isArchive,
            let sender = candidates.first(where: {
                gateways[$0].sendsArchives && gateways[$0].isUsable(now: now)
            })
        {
            return sender
        }
        return candidates.first { gateways[$0].isUsable(now: now) }
    }

    private func exhausted(by task: BlockTask) -> TorrentError {
        guard !gateways.isEmpty else {
            return .unavailable(
                "no gateway is known: \(configuration.names[.ipfsGateways]) can name some")
        }
        return .unavailable(
            "no gateway has the block \(task.cid):\n  " + reasons.joined(separator: "\n  "))
    }

    private func start(_ task: BlockTask, _ number: Int) throws(TorrentError) {
        let client = try gateways[number].takeClient()
        let request = BlockRequest(
            task.cid, to: task.isArchive ? cache : nil, from: gateways[number].gateway,
            configuration, secrets, rateLimit,
            isCancelled)
        let (mailbox, cache) = (mailbox, cache)
        do throws(Errno) {
            try BackgroundThread.run {
                let work = BlockWork(task: task) { () throws(GatewayFailure) in
                    if !task.isArchive, let block = cache.take(task.cid) { return block }
                    return try request.perform(with: client)
                }
                mailbox.post(
                    Ended(task: task, gateway: number, client: client, outcome: work.perform()))
            }
        } catch {
            throw .noResource(ResourceShortage(.thread, error))
        }
        active += 1
    }

    private func news(of ended: Ended) -> [News] {
        active -= 1
        if ended.task.isArchive { isArchiveClaimed = false }
        if gateways[ended.gateway].state != .dropped {
            gateways[ended.gateway].idle.append(ended.client)
        }
        guard case .failed(let failure) = ended.outcome else {
            if case .node = ended.outcome { gateways[ended.gateway].succeed() }
            return [.ended(ended.task, ended.outcome)]
        }
        guard failure.remedy != .none else { return [.ended(ended.task, ended.outcome)] }
        guard !ended.task.isArchive else {
            gateways[ended.gateway].sendsArchives = false
            return [.ended(ended.task, ended.outcome)]
        }
        let message = gateways[ended.gateway].fail(
            failure, jitter: .random(in: -1...1, using: &random), configuration.names)
        var task = ended.task
        if failure.remedy == .lacks { task.lacking.insert(ended.gateway) }
        if !isCancelled.isSet { waiting.append(task) }
        return message.map { [.message($0)] } ?? []
    }
}
