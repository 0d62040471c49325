/// Takes a response while it arrives. Called only on the thread that sent the request.
public protocol HTTPReceiver: AnyObject {
    /// Takes the head of the final response. False ends the transfer.
    func receive(head: HTTPResponseHead) -> Bool
    /// Takes the next part of the body, with its Content-Encoding. False ends the transfer.
    func receive(body part: UnsafeRawBufferPointer) -> Bool
    /// Asked at least once a second, even while nothing arrives. False ends the transfer.
    var mayGoOn: Bool { get }
}

/// How a transfer without an error ended.
public enum HTTPTransferEnd: Equatable, Sendable {
    /// The response is complete.
    case complete
    /// The receiver ended the transfer.
    case stopped
}
