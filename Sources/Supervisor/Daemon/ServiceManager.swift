import Glibc
import LinuxSystem
import SystemPackage

/// How `pierdatd` notifies the service manager that started it, following sd_notify(3).
public struct ServiceManagerSettings: Sendable {
    /// The value of NOTIFY_SOCKET.
    var socket: UnixSocketAddress
    /// Send only watchdog pings. The container's program sends all other notifications.
    var isWatchdogOnly: Bool
    /// The watchdog timeout. nil if there is no watchdog.
    var watchdog: Duration?

    /// nil if there is nothing to notify. If a container's `program` runs, it inherits the same
    /// environment, so we send only the pings that it cannot send: those for WATCHDOG_PID.
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

/// Sends notifications to the service manager. It never blocks.
final class ServiceManager {
    private let settings: ServiceManagerSettings
    private let socket: UnixSocket
    private let clock: SuspendingClock
    private var nextPing: SuspendingClock.Instant?
    private var status: String?
    /// The earliest time for the next status.
    private var nextStatus: SuspendingClock.Instant
    /// True if the status may have changed since it was last sent.
    private var isStatusOld = true
    /// Messages that did not fit into the socket.
    private var pending: [String] = []

    /// The delay before pending messages are sent again.
    private static let retry: Duration = .milliseconds(100)
    /// The largest number of pending messages.
    private static let mostPending = 16
    /// The shortest interval between two status messages.
    private static let statusInterval: Duration = .seconds(1)

    init(_ settings: ServiceManagerSettings, clock: SuspendingClock) throws(Errno) {
        self.settings = settings
        self.clock = clock
        socket = try UnixSocket(.datagram)
        nextStatus = clock.now
        nextPing = settings.watchdog == nil ? nil : clock.now
    }

    /// When the next action is due, nil if none is.
    var deadline: SuspendingClock.Instant? {
        let next = pending.isEmpty ? nil : clock.now.advanced(by: Self.retry)
        return [nextPing, next, isStatusOld ? nextStatus : nil].compactMap(\.self).min()
    }

    /// Performs the actions that are due. Sends `status` if it has changed.
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
        send("STATUS=\(Redaction.text(status.onOneLine))")
    }

    /// Reports that startup or a reload is complete.
    func ready() { say("READY=1") }

    /// Reports that the settings are being reloaded. ``ready()`` must follow.
    func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        say("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    /// Reports that `pierdatd` is stopping, with `status`.
    func stopping(_ status: String) {
        self.status = status
        say("STOPPING=1\nSTATUS=\(Redaction.text(status.onOneLine))")
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
                // If the socket is full, retry later. On any other error drop the message.
                if error == .resourceTemporarilyUnavailable { return }
            }
            pending.removeFirst()
        }
    }
}
