import BitTorrent
import Digest
import LinuxSystem
import Origins
import SystemPackage

/// Walks from a CID over all blocks of a file or folder, depth first, so that little waits at any time. Verifies what is
/// on disk, and writes what is missing.
final class DagWalk {
    /// What is to be done with data that is missing.
    enum Goal {
        /// Gets it, by way of the folder.
        case get(HiddenFolder)
        /// Throws.
        case verify
    }

    enum Source: UInt64 {
        case blocks, signals, tick
    }

    let uri: IPFSURI
    let goal: Goal
    let configuration: EngineConfiguration
    var metered: MeteredPart
    let folder: SaveFolder
    let fetcher: BlockFetcher
    let interruption: Interruption
    var reporter = ProgressReporter()
    /// Which files are wanted. nil for all.
    var selection: EntrySelection?
    /// The digest that the file must have, besides what its CID says. nil if none is known.
    var digest: ContentDigest?
    var tree = ContentTree()
    /// True if the CID is that of a folder.
    var isFolder = false

    /// What is to be done, the next at the end.
    private var stack: [BlockTask] = []
    /// What certainly is a file, to be done when all else is. So a folder that is too large is noticed early.
    private var later: [BlockTask] = []
    /// By number.
    var open: [Int: FileProgress] = [:]
    var lastNumber = 0
    /// Folders below the data that exist and are not links.
    var checkedFolders: Set<FilePath> = []

    /// Of the data, in bytes, as far as it is known.
    var announced: Int64 = 0
    var known: Int64 = 0
    var done: Int64 = 0
    var received: Int64 = 0
    /// Grows with each block.
    var progress: Int64 = 0
    var rate = RateMeter()
    var watch: StallWatch
    private let poller: EventPoller<Source>
    private let tick: TimerDescriptor

    init(
        _ uri: IPFSURI, _ goal: Goal, in folder: SaveFolder, fetcher: BlockFetcher,
        configuration: EngineConfiguration, interruption: Interruption
    ) throws(TorrentError) {
        self.uri = uri
        self.goal = goal
        self.folder = folder
        self.fetcher = fetcher
        self.configuration = configuration
        metered = MeteredPart(configuration.meter)
        self.interruption = interruption
        watch = StallWatch(configuration, now: .now)
        do throws(Errno) {
            tick = try TimerDescriptor()
            let limit = configuration.timeout ?? .seconds(1)
            try tick.set(after: min(.seconds(1), max(.milliseconds(1), limit)), every: .seconds(1))
            poller = try EventPoller([
                .blocks: fetcher.descriptor, .signals: interruption.descriptor,
                .tick: tick.descriptor,
            ])
        } catch {
            throw .cannotWait(error)
        }
    }

    /// The absolute path of the data.
    var root: FilePath { folder.path.appending(uri.name.text) }

    /// Returns when all of the data is there and verified.
    func run() throws(TorrentError) {
        defer { reporter.close() }
        do throws(TorrentError) {
            let names = uri.path.map(\.text)
            push(
                BlockTask(
                    uri.cid,
                    names.isEmpty ? .entry("", existing: nil) : .path(names[...], HAMTPosition())))
            while try !isOver() {
                try fetcher.schedule(now: .now)
                for event in try poller.wait(timeout: fetcher.pause(now: .now)) {
                    try handle(event)
                }
            }
            try selection?.check()
        } catch {
            endTransfers()
            throw error
        }
    }

    func push(_ task: BlockTask) {
        if case .entry = task.purpose, task.cid.codec == .raw {
            later.append(task)
        } else {
            stack.append(task)
        }
    }

    /// Hands tasks to the fetcher as long as it has room. True if nothing is left.
    private func isOver() throws(TorrentError) -> Bool {
        while fetcher.hasRoom, let task = stack.popLast() ?? later.popLast() {
            guard isCurrent(task) else { continue }
            fetcher.add(try prepared(task))
        }
        return fetcher.count == 0
    }

    /// False for a part of a file that has begun again.
    private func isCurrent(_ task: BlockTask) -> Bool {
        guard case .part(let part) = task.purpose else { return true }
        return open[part.file]?.round == part.round
    }

    /// Opens the file that has the name of an entry.
    private func prepared(_ task: BlockTask) throws(TorrentError) -> BlockTask {
        guard case .entry(let path, nil) = task.purpose else { return task }
        let place = root.pushing(path)
        do throws(Errno) {
            return BlockTask(
                task.cid, .entry(path, existing: try TargetFile(reading: place)))
        } catch {
            throw .shortage(error) ?? .noInput("cannot read \(place): \(error)")
        }
    }

    private func handle(_ source: Source) throws(TorrentError) {
        switch source {
        case .blocks:
            for news in fetcher.take() {
                switch news {
                case .message(let text): reporter.say("warning: \(text)")
                case .ended(let task, let outcome):
                    if isCurrent(task) { try handle(outcome, of: task) }
                }
            }
        case .signals: try interruption.check()
        case .tick:
            tick.clear()
            try report(now: .now)
        }
    }

    /// Ends all transfers and waits for what they write.
    private func endTransfers() {
        fetcher.cancel()
        let end = ContinuousClock.now + .milliseconds(1200)
        while fetcher.active > 0, .now < end,
            (try? poller.wait(timeout: end - .now)) != nil
        {
            _ = fetcher.take()
            tick.clear()
        }
    }
}
