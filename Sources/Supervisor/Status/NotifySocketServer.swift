import Glibc
import LinuxSystem
import SystemPackage

/// Hears what children say of themselves, in the manner of sd_notify(3): the kernel tells who it is.
final class NotifySocketServer {
    /// Its name in the run folder.
    static let name = "notify.sock"

    /// So many bytes of a datagram are looked at,
    private static let longestDatagram = 4096
    /// and so many datagrams taken in a row.
    private static let datagramsAtOnce = 16

    private let folder: SocketFolder
    private let socket: UnixSocket
    private let loop: EventLoop
    private let children: Children
    private var registration: EventLoop.Registration?

    /// Takes the place of the socket that a dead one may have left in `folder`, which has to be locked.
    init(in folder: SocketFolder, loop: EventLoop, children: Children) throws(Errno) {
        self.folder = folder
        self.loop = loop
        self.children = children
        socket = try UnixSocket(.datagram)
        try socket.askForSenders()
        try socket.take(Self.name, in: folder)
        registration = try loop.add(socket.descriptor) { [unowned self] in take() }
    }

    /// What children are to send to: NOTIFY_SOCKET.
    var path: String { folder.shortPath(of: Self.name, seenBy: getpid()) }

    /// Removes the socket.
    func close() {
        if let registration { loop.remove(registration) }
        registration = nil
        folder.remove(Self.name)
    }

    private func take() {
        for _ in 0..<Self.datagramsAtOnce {
            guard let (bytes, sender) = socket.receive(atMost: Self.longestDatagram) else { return }
            child(sender)?.note.take(bytes)
        }
    }

    /// The child itself, or whatever it has started in its process group.
    private func child(_ sender: pid_t) -> SupervisedChild? {
        guard sender > 0 else { return nil }
        return children.child(sender) ?? children.child(getpgid(sender))
    }
}
