/// A response while it arrives, and what was decided about it.
final class ArrivingAnswer {
    private let limits: HTTPLimits
    private let refusal: @Sendable (String) -> String?
    private var headLength = 0
    private(set) var head = HTTPResponseHead()
    private(set) var body: [UInt8] = []
    /// Why the transfer was stopped.
    private(set) var violation: HTTPError?
    /// Why the first refused address was refused.
    private(set) var firstRefusal: String?
    /// True if at least one address was permitted.
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
    /// True if a successful response announces a body of more than `limit` bytes.
    fileprivate func announcesBody(above limit: Int) -> Bool {
        guard isWhole, status / 100 == 2,
            let length = value(of: "Content-Length").flatMap({ Int($0) })
        else { return false }
        return length > limit
    }
}
