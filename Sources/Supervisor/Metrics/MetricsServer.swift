import LinuxSystem
import SystemPackage

/// Answers `/metrics`, `/livez` and `/readyz` over HTTP, in the event loop. Clients cannot make it block, or use more
/// than a bounded amount of memory.
final class MetricsServer {
    /// The maximum number of connections. A further one replaces the oldest.
    static let mostConnections = 16
    /// How long a connection may last.
    private static let patience: Duration = .seconds(10)
    private static let backlog: CInt = 64
    /// How long to wait before trying to listen, or to accept, again.
    private static let pause: Duration = .seconds(5)

    private let address: ListenAddress
    private let loop: EventLoop
    private let clock: SuspendingClock
    private let log: Log
    private let answer: (HTTPRequest) -> HTTPResponse
    private var listener: TCPListener?
    private var listening: EventLoop.Registration?
    private var nextTry: SuspendingClock.Instant?
    private var hasWarned = false
    private var connections: [Int: HTTPConnection] = [:]
    private var nextNumber = 0

    /// Listens on `address`. If that fails, warns and tries again from time to time.
    init(
        _ address: ListenAddress, loop: EventLoop, clock: SuspendingClock, log: Log,
        answer: @escaping (HTTPRequest) -> HTTPResponse
    ) {
        self.address = address
        self.loop = loop
        self.clock = clock
        self.log = log
        self.answer = answer
        listen()
    }

    /// When the next action is due, nil if none is.
    var deadline: SuspendingClock.Instant? {
        (connections.values.map(\.deadline) + [nextTry].compactMap(\.self)).min()
    }

    /// Performs the actions that are due.
    func act() {
        let now = clock.now
        for (number, connection) in connections where connection.deadline <= now {
            connection.giveUp()
            forget(number)
        }
        if let nextTry, nextTry <= now { listen() }
    }

    private func listen() {
        nextTry = nil
        do throws(Errno) {
            let listener = try opened()
            listening = try loop.add(listener.descriptor) { [unowned self] in accept() }
            if self.listener == nil { log.say("metrics are served on port \(listener.port)") }
            self.listener = listener
        } catch {
            nextTry = clock.now.advanced(by: Self.pause)
            guard !hasWarned else { return }
            hasWarned = true
            let seconds = Self.pause.components.seconds
            log.warn(
                "cannot serve metrics on \(address): \(error); trying again every \(seconds) seconds"
            )
        }
    }

    private func opened() throws(Errno) -> TCPListener {
        if let listener { return listener }
        return try TCPListener(address, backlog: Self.backlog)
    }

    /// Accepts one connection per call, so that other events are handled in between.
    private func accept() {
        do throws(Errno) {
            guard let socket = try listener?.accept() else { return }
            if connections.count >= Self.mostConnections, let oldest = connections.keys.min() {
                forget(oldest)
            }
            serve(socket)
        } catch {
            // The socket stays readable, so the event loop would spin.
            if let listening { loop.remove(listening) }
            nextTry = clock.now.advanced(by: Self.pause)
        }
    }

    private func serve(_ socket: OwnedDescriptor) {
        let number = nextNumber
        nextNumber += 1
        let deadline = clock.now.advanced(by: Self.patience)
        connections[number] = HTTPConnection(socket, deadline: deadline)
        watch(number, for: .readable)
    }

    private func watch(_ number: Int, for events: Epoll.Events) {
        guard let connection = connections[number] else { return }
        if let registration = connection.registration { loop.remove(registration) }
        connection.registration = nil
        do throws(Errno) {
            connection.registration = try loop.add(connection.socket, for: events) {
                [unowned self] in proceed(number)
            }
        } catch {
            forget(number)
        }
    }

    private func proceed(_ number: Int) {
        guard let connection = connections[number] else { return }
        let wasWriting = connection.isWriting
        if wasWriting { connection.send() } else { connection.receive(answer) }
        if case .over = connection.state { return forget(number) }
        if connection.isWriting != wasWriting {
            watch(number, for: connection.isWriting ? .writable : .readable)
        }
    }

    private func forget(_ number: Int) {
        guard let connection = connections.removeValue(forKey: number) else { return }
        if let registration = connection.registration { loop.remove(registration) }
    }
}

extension HTTPConnection {
    fileprivate var isWriting: Bool {
        if case .writing = state { true } else { false }
    }
}
