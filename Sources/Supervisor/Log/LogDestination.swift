import LinuxSystem
import SystemPackage

/// The destination of the log: the configured file, or standard error if that cannot be opened.
struct LogDestination {
    let log: Log
    private let settings: SupervisorConfiguration.LogSettings
    /// Why the log file could not be opened. nil if it is open.
    private var failure: Errno?
    /// Wakes the event loop when the log can be written again.
    private var blocked: EventLoop.Registration?

    init(_ settings: SupervisorConfiguration.LogSettings) {
        self.settings = settings
        let (sink, failure) = Self.sink(settings)
        log = Log(sink, level: settings.level, format: settings.format)
        self.failure = failure
    }

    private static func sink(
        _ settings: SupervisorConfiguration.LogSettings
    ) -> (sink: any LogSink, failure: Errno?) {
        guard let path = settings.file else { return (NonblockingOutput(), nil) }
        do throws(Errno) {
            return (try RotatedLogFile(path, largest: settings.fileSize), nil)
        } catch {
            return (NonblockingOutput(), error)
        }
    }

    func warnOfFailure() {
        guard let failure, let path = settings.file else { return }
        log.warn(
            "cannot open the log file \(path): \(failure); logging to standard error until a reload (SIGHUP)"
        )
    }

    /// Reopens the log file, or opens it if that failed before.
    mutating func reopen() {
        guard failure != nil, let path = settings.file else { return log.reopen() }
        let (sink, failure) = Self.sink(settings)
        self.failure = failure
        guard failure == nil else { return warnOfFailure() }
        log.say("the log continues in \(path)")
        log.move(to: sink)
    }

    /// Makes the event loop wake up when the log can be written again.
    mutating func watch(by loop: EventLoop) {
        switch (log.isBlocked, blocked) {
        case (true, nil):
            guard let pollable = log.sink.pollable else { return }
            blocked = try? loop.add(pollable, for: .writable) {}
        case (false, let registration?):
            loop.remove(registration)
            blocked = nil
        default: break
        }
    }
}
