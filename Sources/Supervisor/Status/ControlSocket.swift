import LinuxSystem
import SystemPackage

/// Tells each client that connects how everything is, and closes. Nothing is ever read from a client,
/// and one that does not read what it is told is forgotten.
final class ControlSocket {
    /// Its name in the run folder.
    static let name = "pierdatd.sock"

    /// So many are served at once; the one that came first has to go for the next one.
    private static let mostClients = 4
    /// Those that wait to be accepted.
    private static let backlog: CInt = 16
    /// A client has this long to read everything.
    private static let patience: Duration = .seconds(5)
    /// Where there is no descriptor for a client, the next is tried after this time.
    private static let pause: Duration = .seconds(1)

    private struct Client {
        let socket: UnixSocket
        var rest: ArraySlice<UInt8>
        let deadline: SuspendingClock.Instant
        var registration: EventLoop.Registration?
    }

    private let folder: SocketFolder
    private let socket: UnixSocket
    private let loop: EventLoop
    private let clock: SuspendingClock
    private let report: () -> StatusReport
    private var listening: EventLoop.Registration?
    private var pauseEnd: SuspendingClock.Instant?
    private var clients: [Int: Client] = [:]
    private var nextNumber = 0

    /// Takes the place of the socket that a dead one may have left in `folder`, which has to be locked.
    init(
        in folder: SocketFolder, loop: EventLoop, clock: SuspendingClock,
        report: @escaping () -> StatusReport
    ) throws(Errno) {
        self.folder = folder
        self.loop = loop
        self.clock = clock
        self.report = report
        socket = try UnixSocket(.stream)
        try socket.take(Self.name, in: folder)
        try socket.listen(backlog: Self.backlog)
        try listen()
    }

    /// When something is due without anything else happening.
    var deadline: SuspendingClock.Instant? {
        (clients.values.map(\.deadline) + [pauseEnd].compactMap(\.self)).min()
    }

    /// Does what is due by now.
    func act() {
        guard let deadline, deadline <= clock.now else { return }
        for (number, client) in clients where client.deadline <= clock.now { forget(number) }
        guard let pauseEnd, pauseEnd <= clock.now else { return }
        self.pauseEnd = nil
        try? listen()
    }

    /// Removes the socket.
    func close() {
        for number in clients.keys { forget(number) }
        stopListening()
        folder.remove(Self.name)
    }

    private func listen() throws(Errno) {
        listening = try loop.add(socket.descriptor) { [unowned self] in accept() }
    }

    private func stopListening() {
        if let listening { loop.remove(listening) }
        listening = nil
    }

    /// One at a time, so that everything else has its turn in between.
    private func accept() {
        do throws(Errno) {
            guard let client = try socket.accept() else { return }
            if clients.count >= Self.mostClients, let first = clients.keys.min() { forget(first) }
            serve(client)
        } catch {
            // The loop would come back to it at once, for ever.
            stopListening()
            pauseEnd = clock.now.advanced(by: Self.pause)
        }
    }

    private func serve(_ socket: UnixSocket) {
        let number = nextNumber
        nextNumber += 1
        clients[number] = Client(
            socket: socket, rest: Array(report().json.utf8)[...],
            deadline: clock.now.advanced(by: Self.patience))
        send(to: number)
        guard clients[number] != nil else { return }
        clients[number]?.registration = try? loop.add(socket.descriptor, for: .writable) {
            [unowned self] in send(to: number)
        }
    }

    private func send(to number: Int) {
        guard let client = clients[number] else { return }
        do throws(Errno) {
            let count = try client.socket.send(client.rest)
            clients[number]?.rest.removeFirst(count)
            if count == client.rest.count { forget(number) }
        } catch {
            forget(number)
        }
    }

    private func forget(_ number: Int) {
        guard let client = clients.removeValue(forKey: number) else { return }
        if let registration = client.registration { loop.remove(registration) }
    }
}

extension UnixSocket {
    /// Binds it as `name` in `folder`, which has to be locked: what is there is a dead one's.
    func take(_ name: String, in folder: SocketFolder) throws(Errno) {
        guard let address = folder.address(of: name) else { throw .fileNameTooLong }
        folder.remove(name)
        try bind(to: address)
    }
}
