import LinuxSystem
import Synchronization
import SystemPackage

/// Searches for the metadata of a torrent in the background, in a session of its own: at the rendezvous of a
/// digest, from peers of an info-hash, or both.
public final class MetadataSearch: Sendable {
    /// How a search has ended.
    public enum Outcome: Sendable {
        case found(FoundMetadata)
        /// The time is over, or the search was cancelled. The reason is a message of several lines.
        case nothing(String)
        case failed(TorrentError)
    }

    private let state: State

    /// Readable when the search has ended. Stays readable.
    public var ended: OwnedDescriptor { state.ended.descriptor }

    /// How the search has ended. nil while it is running.
    public var outcome: Outcome? { state.outcome.withLock { $0 } }

    /// Starts the search, for at most `limit`. It takes trackers, peers by name and the network policy from
    /// `configuration`.
    public init(
        for content: SearchedContent, configuration: EngineConfiguration, limit: Duration?
    ) throws(TorrentError) {
        do throws(Errno) {
            state = try State()
        } catch {
            throw .cannotWait(error)
        }
        let run = try SearchRun(
            for: content, configuration, signals: SignalSet([]), cancel: state.cancelled)
        let work = Work(run: run, state: state, limit: limit)
        do throws(Errno) {
            try BackgroundThread.run { work.perform() }
        } catch {
            throw .noResource(ResourceShortage(.thread, error))
        }
    }

    /// Ends the search at once if it is running. Its session is closed in the background.
    public func cancel() {
        state.end(.nothing("the search was cancelled"))
        state.cancelled.signal()
    }

    deinit { cancel() }
}

/// What the search and its thread share.
private final class State: Sendable {
    let ended: EventDescriptor
    let cancelled: EventDescriptor
    let outcome = Mutex<MetadataSearch.Outcome?>(nil)

    init() throws(Errno) {
        ended = try EventDescriptor()
        cancelled = try EventDescriptor()
    }

    /// Only the first outcome counts.
    func end(_ outcome: MetadataSearch.Outcome) {
        self.outcome.withLock { $0 = $0 ?? outcome }
        ended.signal()
    }
}

private struct Work: @unchecked Sendable {
    // Only the search's thread uses it.
    let run: SearchRun
    let state: State
    let limit: Duration?

    func perform() {
        let end = limit.map { ContinuousClock.now + $0 }
        do throws(TorrentError) {
            let found = try run.next { () throws(TorrentError) in
                if let end, ContinuousClock.now >= end {
                    throw .timedOut(run.report?.description ?? "nobody was found")
                }
                return true
            }
            if let found { state.end(.found(found)) }
        } catch .timedOut(let reason) {
            state.end(.nothing(reason))
        } catch {
            state.end(.failed(error))
        }
    }
}
