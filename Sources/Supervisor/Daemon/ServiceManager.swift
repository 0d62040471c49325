import Glibc
import LinuxSystem
import SystemPackage

/// Where `pierdatd` tells the one that has started it how it gets on, as sd_notify(3) has it.
public struct ServiceManagerSettings: Sendable {
    /// The value of NOTIFY_SOCKET.
    var socket: UnixSocketAddress
    /// Be it only that we live: the rest is for the container's program to say.
    var isWatchdogOnly: Bool
    /// It wants to hear from us this often, at least.
    var watchdog: Duration?

    /// nil where nobody wants to be told. Beside a container's `program`, which has the same
    /// environment, we say only what it cannot: that the process WATCHDOG_PID lives.
    public init?(environment: [String: String], pid: Int32, program: Bool) {
        guard
            let socket = environment["NOTIFY_SOCKET"].flatMap(UnixSocketAddress.init(notifySocket:))
        else { return nil }
        self.socket = socket
        isWatchdogOnly = program
        let watched = environment["WATCHDOG_PID"]
        if let interval = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), interval > 0,
            watched == String(pid) || (watched == nil && !program)
        {
            watchdog = .microseconds(interval)
        }
        if isWatchdogOnly, watchdog == nil { return nil }
    }
}

/// Tells the service manager what happens. Nothing waits for it.
final class ServiceManager {
    private let settings: ServiceManagerSettings
    private let socket: UnixSocket
    private let clock: SuspendingClock
    private var nextPing: SuspendingClock.Instant?
    private var status: String?
    /// The soonest that it is told of another state,
    private var nextStatus: SuspendingClock.Instant
    /// and whether there may be one.
    private var isStatusOld = true
    /// What it had no room for.
    private var pending: [String] = []

    /// So soon what it had no room for is sent again,
    private static let retry: Duration = .milliseconds(100)
    /// and not more than this.
    private static let mostPending = 16
    /// States that follow each other faster than this are none of its business.
    private static let statusInterval: Duration = .seconds(1)

    init(_ settings: ServiceManagerSettings, clock: SuspendingClock) throws(Errno) {
        self.settings = settings
        self.clock = clock
        socket = try UnixSocket(.datagram)
        nextStatus = clock.now
        nextPing = settings.watchdog == nil ? nil : clock.now
    }

    /// When something is due without anything else happening.
    var deadline: SuspendingClock.Instant? {
        let next = pending.isEmpty ? nil : clock.now.advanced(by: Self.retry)
        return [nextPing, next, isStatusOld ? nextStatus : nil].compactMap(\.self).min()
    }

    /// Does what is due by now, and tells `status` where it has changed: something has happened.
    func act(status: @autoclosure () -> String) {
        sendPending()
        let now = clock.now
        if let watchdog = settings.watchdog, let time = nextPing, time <= now {
            send("WATCHDOG=1")
            nextPing = now.advanced(by: watchdog / 2)
        }
        guard !settings.isWatchdogOnly else { return }
        isStatusOld = nextStatus > now
        guard !isStatusOld else { return }
        nextStatus = now.advanced(by: Self.statusInterval)
        let status = status()
        guard status != self.status else { return }
        self.status = status
        send("STATUS=\(status.onOneLine.withoutUserInformation)")
    }

    /// Everything is as it was asked for.
    func ready() { say("READY=1") }

    /// The settings are read again; ``ready()`` follows.
    func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        say("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    /// The end begins, which `status` says, too.
    func stopping(_ status: String) {
        self.status = status
        say("STOPPING=1\nSTATUS=\(status.onOneLine.withoutUserInformation)")
    }

    private func say(_ words: String) {
        if !settings.isWatchdogOnly { send(words) }
    }

    private func send(_ words: String) {
        if pending.count < Self.mostPending { pending.append(words) }
        sendPending()
    }

    private func sendPending() {
        while let words = pending.first {
            do throws(Errno) {
                try socket.send(Array(words.utf8), to: settings.socket)
            } catch {
                // It will have room; or else it does not listen, and then nothing is owed to it.
                if error == .resourceTemporarilyUnavailable { return }
            }
            pending.removeFirst()
        }
    }
}
