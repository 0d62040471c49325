import Glibc
import LinuxSystem
import SystemPackage

/// Requests the status from the `pierdatd` that uses a run folder.
public struct StatusQuery: Sendable {
    /// Why there is no answer, as a message for the user.
    public struct Failure: Error, CustomStringConvertible {
        /// What failed, why, and what to do about it.
        public let description: String
    }

    /// The folder that contains the socket of `pierdatd`.
    public var runFolder: FilePath
    /// The timeout for the answer.
    public var patience: Duration

    /// The maximum size of an answer in bytes.
    private static let longestAnswer = 256 << 20

    /// A query in `runFolder` that takes up to `patience`.
    public init(runFolder: FilePath, patience: Duration) {
        self.runFolder = runFolder
        self.patience = patience
    }

    /// Connects and waits for the status.
    public func ask() throws(Failure) -> StatusReport {
        try report(answer(of: ControlSocket.name))
    }

    /// Connects and waits for the metrics, in the text format of Prometheus.
    public func askForMetrics() throws(Failure) -> String {
        String(decoding: try answer(of: ControlSocket.metricsName), as: UTF8.self)
    }

    private func answer(of name: String) throws(Failure) -> [UInt8] {
        let end = SuspendingClock.now.advanced(by: patience)
        let socket: UnixSocket
        do throws(Errno) {
            socket = try connect(to: name, until: end)
        } catch {
            throw failure(toConnect: error)
        }
        var answer: [UInt8] = []
        while wait(for: socket, until: end) {
            let isOpen = socket.descriptor.readAvailable { answer += $0 }
            guard isOpen, answer.count <= Self.longestAnswer else {
                return answer
            }
        }
        throw Failure(description: "pierdatd does not answer: it hangs or is stopped")
    }

    private func connect(
        to name: String, until end: SuspendingClock.Instant
    ) throws(Errno) -> UnixSocket {
        let folder = try SocketFolder(runFolder)
        guard let address = folder.address(of: name) else { throw .fileNameTooLong }
        let socket = try UnixSocket(.stream)
        // Other clients may be ahead of us in the queue.
        try socket.connect(to: address, within: SuspendingClock.now.duration(to: end))
        return socket
    }

    private func wait(for socket: UnixSocket, until end: SuspendingClock.Instant) -> Bool {
        var entry = pollfd(fd: socket.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        let left = Int64((SuspendingClock.now.duration(to: end) / .milliseconds(1)).rounded(.up))
        guard left > 0 else { return false }
        let count = poll(&entry, 1, CInt(clamping: left))
        return count > 0 || (count < 0 && errno == EINTR)
    }

    private func report(_ answer: [UInt8]) throws(Failure) -> StatusReport {
        guard let report = StatusReport(json: answer) else {
            throw Failure(
                description:
                    "the answer of pierdatd is truncated or of another version: try again, or restart pierdatd"
            )
        }
        return report
    }

    private func failure(toConnect error: Errno) -> Failure {
        let socket = runFolder.appending(ControlSocket.name)
        switch error {
        case .resourceTemporarilyUnavailable:
            return Failure(description: "pierdatd does not answer: it hangs or is stopped")
        case .noSuchFileOrDirectory, .connectionRefused, .notDirectory:
            guard let pid = Self.runningDaemon else {
                return Failure(
                    description: """
                        pierdatd is not running: start it with 'pierdatd --background', or as the \
                        ENTRYPOINT of a container
                        """)
            }
            return Failure(
                description:
                    "pierdatd runs (pid \(pid)\(Self.user(of: pid))), but could not create \(socket): "
                    + "make this folder writable for it, for example as a tmpfs")
        case .permissionDenied, .notPermitted:
            let user = Self.runningDaemon.map(Self.user(of:)) ?? ""
            return Failure(
                description:
                    "only root and the user that runs pierdatd\(user) may query it: \(socket): \(error)"
            )
        default:
            return Failure(description: "cannot query pierdatd: \(socket): \(error)")
        }
    }

    /// The pid of a running `pierdatd` of this installation. The kernel may hide the executable of
    /// another user's process, even from root in a container. Then a matching process name is
    /// enough, unless the process is in another container.
    private static var runningDaemon: pid_t? {
        let own = ExecutableFile.ownPath?.string
        return ProcessTable.all.first { pid in
            guard ProcessTable.name(of: pid) == "pierdatd" else { return false }
            return ProcessTable.executable(of: pid).map { $0 == own }
                ?? (ProcessTable.hidesExecutable(pid) && !ProcessTable.isInInnerNamespace(pid))
        }
    }

    private static func user(of pid: pid_t) -> String {
        ProcessTable.user(of: pid).map { $0 == geteuid() ? "" : ", as user \($0)" } ?? ""
    }
}
