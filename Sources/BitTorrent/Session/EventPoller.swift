import LinuxSystem
import SystemPackage

/// Waits for several event sources, each with its own token.
package struct EventPoller<Source: RawRepresentable & Sendable>: Sendable
where Source.RawValue == UInt64 {
    private let epoll: Epoll

    package init(_ sources: KeyValuePairs<Source, OwnedDescriptor>) throws(Errno) {
        epoll = try Epoll()
        for (source, descriptor) in sources {
            try epoll.add(descriptor, token: source.rawValue)
        }
    }

    /// Waits for another source, too.
    package func add(_ source: Source, _ descriptor: OwnedDescriptor) throws(Errno) {
        try epoll.add(descriptor, token: source.rawValue)
    }

    /// Does not wait for a source any more.
    package func remove(_ descriptor: OwnedDescriptor) {
        try? epoll.remove(descriptor)
    }

    /// Waits for at least one source, a signal handler, or the timeout.
    package func wait(timeout: Duration? = nil) throws(TorrentError) -> [Source] {
        do throws(Errno) {
            return try epoll.wait(timeout: timeout).compactMap { Source(rawValue: $0.token) }
        } catch {
            throw .cannotWait(error)
        }
    }
}

extension TorrentError {
    package static func cannotWait(_ error: Errno) -> TorrentError {
        .shortage(error) ?? .inputOutput("cannot wait for events: \(error)")
    }
}
