/// What has come of an answer so far, and what was decided while it came.
final class ArrivingAnswer {
    private let limits: HTTPLimits
    private let refusal: @Sendable (String) -> String?
    private var headLength = 0
    private(set) var head = HTTPResponseHead()
    private(set) var body: [UInt8] = []
    /// Why the transfer was stopped.
    private(set) var violation: HTTPError?
    /// Why the first address that may not be connected to may not.
    private(set) var firstRefusal: String?
    /// Whether there was an address that may be connected to.
    private(set) var hasPermitted = false

    init(_ limits: HTTPLimits, refusal: @escaping @Sendable (String) -> String?) {
        self.limits = limits
        self.refusal = refusal
    }

    func mayConnect(to address: String) -> Bool {
        guard let reason = refusal(address) else {
            hasPermitted = true
            return true
        }
        firstRefusal = firstRefusal ?? reason
        return false
    }

    /// False ends the transfer.
    func receive(headLine line: UnsafeBufferPointer<UInt8>) -> Bool {
        headLength += line.count
        guard headLength <= limits.head else {
            violation = .headTooLarge
            return false
        }
        head.receive(line: line)
        guard !head.announcesBody(above: limits.body) else {
            violation = .bodyTooLarge
            return false
        }
        return true
    }

    /// False ends the transfer.
    func receive(body part: UnsafeBufferPointer<UInt8>) -> Bool {
        guard part.count <= limits.body - body.count else {
            violation = .bodyTooLarge
            return false
        }
        body.append(contentsOf: part)
        return true
    }
}

extension HTTPResponseHead {
    /// Whether the server is about to send what was asked for, and that is longer than `limit` bytes.
    fileprivate func announcesBody(above limit: Int) -> Bool {
        guard isWhole, status / 100 == 2,
            let length = value(of: "Content-Length").flatMap({ Int($0) })
        else { return false }
        return length > limit
    }
}
