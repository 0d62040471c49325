import BitTorrent
import Glibc
import LinuxSystem
import SystemPackage

/// Notices the signals that ask the program to exit while it waits for something else.
package struct Interruption {
    private let signals: SignalDescriptor

    /// Blocks the signals. Threads that start from now on inherit that.
    package init() throws(TorrentError) {
        TerminationSignals.ending.block()
        do throws(Errno) {
            signals = try SignalDescriptor(TerminationSignals.ending)
        } catch {
            throw .cannotWait(error)
        }
    }

    /// Readable after a signal.
    package var descriptor: OwnedDescriptor { signals.descriptor }

    /// Throws ``TorrentError/interrupted(signal:)`` after a signal.
    package func check() throws(TorrentError) {
        if let signal = signals.next() { throw .interrupted(signal: signal) }
    }

    /// Waits until the descriptor is readable, or for the time. Throws ``TorrentError/interrupted(signal:)`` after
    /// a signal.
    package func wait(for descriptor: OwnedDescriptor? = nil, atMost time: Duration)
        throws(TorrentError)
    {
        let end = ContinuousClock.now + time
        var events = [pollfd(fd: self.descriptor.rawValue, events: Int16(POLLIN), revents: 0)]
        if let descriptor {
            events.append(pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0))
        }
        repeat {
            let left = max(.zero, end - .now) / .milliseconds(1)
            let count = poll(&events, nfds_t(events.count), CInt(left.rounded(.up)))
            try check()
            if count > 0 { return }
        } while .now < end
    }
}
