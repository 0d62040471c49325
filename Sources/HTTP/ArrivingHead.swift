/// The head of a response while it arrives, within its limit, and which addresses were permitted.
final class ArrivingHead {
    private let limit: Int
    private let refusal: @Sendable (String) -> String?
    let receiver: any HTTPReceiver
    private var length = 0
    private(set) var head = HTTPResponseHead()
    private(set) var isTooLarge = false
    /// Why the first refused address was refused.
    private(set) var firstRefusal: String?
    /// True if at least one address was permitted.
    private(set) var hasPermitted = false

    init(
        limit: Int, refusal: @escaping @Sendable (String) -> String?, receiver: any HTTPReceiver
    ) {
        self.limit = limit
        self.refusal = refusal
        self.receiver = receiver
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
    func receive(line: UnsafeBufferPointer<UInt8>) -> Bool {
        length += line.count
        guard length <= limit else {
            isTooLarge = true
            return false
        }
        let wasWhole = head.isWhole
        head.receive(line: line)
        return wasWhole || !head.isWhole || receiver.receive(head: head)
    }
}
