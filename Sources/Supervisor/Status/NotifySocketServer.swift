import Glibc
import LinuxSystem
import Metrics
import SystemPackage

/// Receives what children and downloads report about themselves, following sd_notify(3). The kernel identifies
/// the sender.
final class NotifySocketServer {
    /// The socket's name in the run folder.
    static let name = "notify.sock"

    /// The size to which datagrams are truncated, in bytes.
    private static let longestDatagram = MetricReport.longestDatagram
    /// The number of datagrams handled before other events get their turn.
    private static let datagramsAtOnce = 16
    /// The same before a process is reaped: the most that the kernel queues where systemd has raised that
    /// (net.unix.max_dgram_qlen).
    private static let mostQueued = 512

    /// How far from the child a sender may be: `pierdat` starts backends in process groups of their own.
    private static let generations = 5

    private let folder: SocketFolder
    private let socket: UnixSocket
    private let loop: EventLoop
    private let children: Children
    private let downloads: Downloads?
    private var registration: EventLoop.Registration?

    /// Replaces a socket that a dead daemon left in `folder`, which must be locked.
    init(
        in folder: SocketFolder, loop: EventLoop, children: Children, downloads: Downloads?
    ) throws(Errno) {
        self.folder = folder
        self.loop = loop
        self.children = children
        self.downloads = downloads
        socket = try UnixSocket(.datagram)
        try socket.askForSenders()
        try socket.take(Self.name, in: folder)
        registration = try loop.add(socket.descriptor) { [unowned self] in
            take(atMost: Self.datagramsAtOnce)
        }
    }

    /// The value of NOTIFY_SOCKET for the children.
    var path: String { folder.shortPath(of: Self.name, seenBy: getpid()) }

    /// Removes the socket.
    func close() {
        if let registration { loop.remove(registration) }
        registration = nil
        folder.remove(Self.name)
    }

    /// Takes what was sent until now. Called before a process is reaped, because nobody knows later whose it was.
    func takeQueued() {
        take(atMost: Self.mostQueued)
    }

    private func take(atMost limit: Int) {
        for _ in 0..<limit {
            guard let (bytes, sender) = socket.receive(atMost: Self.longestDatagram) else { return }
            deliver(bytes, from: sender)
        }
    }

    /// The sender is a child or a download itself, a process in its process group, or a descendant.
    private func deliver(_ bytes: [UInt8], from sender: pid_t) {
        guard sender > 0 else { return }
        if take(bytes, from: sender, of: sender) || take(bytes, from: sender, of: getpgid(sender)) {
            return
        }
        var ancestor = sender
        for _ in 0..<Self.generations {
            guard let parent = ProcessTable.parent(of: ancestor), parent > 1,
                !take(bytes, from: sender, of: parent)
            else { return }
            ancestor = parent
        }
    }

    /// False if `pid` is neither a child nor a download.
    private func take(_ bytes: [UInt8], from sender: pid_t, of pid: pid_t) -> Bool {
        if let child = children.child(pid) {
            child.note.take(bytes, from: sender)
        } else if let downloads, downloads.owns(pid) {
            downloads.note.take(bytes, from: sender)
        } else {
            return false
        }
        return true
    }
}
