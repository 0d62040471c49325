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

    /// Ends the search and waits until its session is closed, for about a second at most. Call it before the
    /// process exits.
    public func close() {
        cancel()
        guard let epoll = try? Epoll(), (try? epoll.add(state.closed.descriptor, token: 1)) != nil
        else { return }
        _ = try? epoll.wait(timeout: Self.closingTime)
    }

    /// The session itself waits for a second for trackers.
    private static let closingTime = Duration.seconds(3)

    deinit { cancel() }
}

/// What the search and its thread share.
private final class State: Sendable {
    let ended: EventDescriptor
    let cancelled: EventDescriptor
    /// Signalled when the session is closed.
    let closed: EventDescriptor
    let outcome = Mutex<MetadataSearch.Outcome?>(nil)

    init() throws(Errno) {
        ended = try EventDescriptor()
        cancelled = try EventDescriptor()
        closed = try EventDescriptor()
    }

    /// Only the first outcome counts.
    func end(_ outcome: MetadataSearch.Outcome) {
        self.outcome.withLock { $0 = $0 ?? outcome }
        ended.signal()
    }
}

private final class Work: @unchecked Sendable {
    // Only the search's thread uses it.
    private var run: SearchRun?
    private let state: State
    private let limit: Duration?

    init(run: SearchRun, state: State, limit: Duration?) {
        self.run = run
        self.state = state
        self.limit = limit
    }

    func perform() {
        if let run { state.end(outcome(of: run)) }
        run = nil
        state.closed.signal()
    }

    private func outcome(of run: SearchRun) -> MetadataSearch.Outcome {
        let end = limit.map { ContinuousClock.now + $0 }
        do throws(TorrentError) {
            let found = try run.next { () throws(TorrentError) in
                if let end, ContinuousClock.now >= end {
                    throw .timedOut(run.report?.description ?? "nobody was found")
                }
                return true
            }
            return found.map { .found($0) } ?? .nothing("the search was cancelled")
        } catch .timedOut(let reason) {
            return .nothing(reason)
        } catch {
            return .failed(error)
        }
    }
}
