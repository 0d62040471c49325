import LinuxSystem
import SystemPackage

/// Sends a text to each client that connects, then closes the connection. Never reads from a
/// client, and drops clients that do not read.
final class ControlSocket {
    /// The name of the socket for the status, in the run folder.
    static let name = "pierdatd.sock"
    /// The name of the socket for the metrics.
    static let metricsName = "metrics.sock"

    /// The maximum number of clients. A further client replaces the oldest one.
    private static let mostClients = 4
    /// The maximum number of connections waiting to be accepted.
    private static let backlog: CInt = 16
    /// How long a client may take to read the answer.
    private static let patience: Duration = .seconds(5)
    /// How long to stop accepting clients after running out of descriptors.
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
    private let name: String
    private let answer: () -> String
    private var listening: EventLoop.Registration?
    private var pauseEnd: SuspendingClock.Instant?
    private var clients: [Int: Client] = [:]
    private var nextNumber = 0

    /// Replaces a socket that a dead daemon left in `folder`, which must be locked.
    init(
        _ name: String = ControlSocket.name, in folder: SocketFolder, loop: EventLoop,
        clock: SuspendingClock, answer: @escaping () -> String
    ) throws(Errno) {
        self.folder = folder
        self.loop = loop
        self.clock = clock
        self.name = name
        self.answer = answer
        socket = try UnixSocket(.stream)
        try socket.take(name, in: folder)
        try socket.listen(backlog: Self.backlog)
        try listen()
    }

    /// When the next action is due, nil if none is.
    var deadline: SuspendingClock.Instant? {
        (clients.values.map(\.deadline) + [pauseEnd].compactMap(\.self)).min()
    }

    /// Performs the actions that are due.
    func act() {
        guard let deadline, deadline <= clock.now else { return }
        for (number, client) in clients where client.deadline <= clock.now { forget(number) }
        guard let pauseEnd, pauseEnd <= clock.now else { return }
        self.pauseEnd = nil
        try? listen()
    }

    /// Closes all connections and removes the socket.
    func close() {
        for number in clients.keys { forget(number) }
        stopListening()
        folder.remove(name)
    }

    private func listen() throws(Errno) {
        listening = try loop.add(socket.descriptor) { [unowned self] in accept() }
    }

    private func stopListening() {
        if let listening { loop.remove(listening) }
        listening = nil
    }

    /// Accepts one client per call, so that other events are handled in between.
    private func accept() {
        do throws(Errno) {
            guard let client = try socket.accept() else { return }
            if clients.count >= Self.mostClients, let first = clients.keys.min() { forget(first) }
            serve(client)
        } catch {
            // The socket stays readable, so the event loop would spin.
            stopListening()
            pauseEnd = clock.now.advanced(by: Self.pause)
        }
    }

    private func serve(_ socket: UnixSocket) {
        let number = nextNumber
        nextNumber += 1
        clients[number] = Client(
            socket: socket, rest: Array(answer().utf8)[...],
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
    /// Binds the socket as `name` in `folder`, which must be locked, so an existing socket is
    /// stale.
    func take(_ name: String, in folder: SocketFolder) throws(Errno) {
        guard let address = folder.address(of: name) else { throw .fileNameTooLong }
        folder.remove(name)
        try bind(to: address)
    }
}
