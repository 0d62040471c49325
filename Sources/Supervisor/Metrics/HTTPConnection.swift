import Glibc
import LinuxSystem

/// One connection of the metrics server: reads a request, sends one answer, and closes.
final class HTTPConnection {
    /// What the connection waits for.
    enum State {
        /// The rest of the request.
        case reading
        /// Room for the rest of the answer.
        case writing(ArraySlice<UInt8>)
        /// The end of the client's data. Closing earlier could discard the answer at the client.
        case lingering
        case over
    }

    let socket: OwnedDescriptor
    let deadline: SuspendingClock.Instant
    var registration: EventLoop.Registration?
    private(set) var state = State.reading
    private var received: [UInt8] = []
    /// How many bytes of the client's data may still be discarded.
    private var patience = 65_536

    init(_ socket: OwnedDescriptor, deadline: SuspendingClock.Instant) {
        self.socket = socket
        self.deadline = deadline
    }

    /// Takes what has arrived, and answers when the request is complete.
    func receive(_ answer: (HTTPRequest) -> HTTPResponse) {
        guard case .reading = state else { return discard() }
        guard let bytes = read() else { return }
        received += bytes
        switch HTTPRequest.parse(received) {
        case .incomplete: return
        case .malformed: begin(.malformed)
        case .tooLong: begin(.tooLong)
        case .request(let request) where request.method == .other: begin(.methodNotAllowed)
        case .request(let request): begin(answer(request), isHead: request.method == .head)
        }
    }

    /// Tells the client that its request came too slowly. Sends nothing if the answer does not fit.
    func giveUp() {
        if case .reading = state { begin(.late) }
        state = .over
    }

    private func begin(_ response: HTTPResponse, isHead: Bool = false) {
        received = []
        state = .writing(response.bytes(isHead: isHead)[...])
        send()
    }

    /// Sends as much of the answer as fits.
    func send() {
        guard case .writing(var rest) = state else { return }
        let count = rest.withUnsafeBytes {
            Glibc.send(socket.rawValue, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
        }
        if count < 0 {
            if errno != EAGAIN, errno != EINTR { state = .over }
            return
        }
        rest.removeFirst(count)
        guard rest.isEmpty else {
            state = .writing(rest)
            return
        }
        shutdown(socket.rawValue, CInt(SHUT_WR))
        state = .lingering
    }

    private func discard() {
        guard let bytes = read() else { return }
        patience -= bytes.count
        if patience < 0 { state = .over }
    }

    /// Some bytes. nil if there are none now, or the connection has ended.
    private func read() -> [UInt8]? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, initialized in
            count = recv(socket.rawValue, buffer.baseAddress, buffer.count, 0)
            initialized = max(0, count)
        }
        if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR { state = .over }
        return count > 0 ? bytes : nil
    }
}
