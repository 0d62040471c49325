import CCurl
import LinuxSystem
import SystemPackage

/// Sends requests one after another and keeps the connections open between them. May be handed from thread to
/// thread, but not be used by several at once.
public final class HTTPClient: @unchecked Sendable {
    private let handle: OpaquePointer
    /// The address connected to by the last request: the proxy's if there is one. Empty if there was none.
    public private(set) var address = ""
    /// True if the server of the last request used HTTP/2.
    public private(set) var isHTTP2 = false

    /// Throws ``HTTPError/noResource(_:)`` if memory is lacking.
    public init() throws(HTTPError) {
        guard let handle = pierdat_client_open() else {
            throw .noResource(ResourceShortage(.memory, .noMemory))
        }
        self.handle = handle
    }

    deinit { pierdat_client_close(handle) }

    /// Sends the request by `route` and passes the response to `receiver`. Does not follow redirects.
    /// Blocks until the transfer has ended. ``HTTPLimits/body`` has no effect: the receiver counts.
    public func send(
        _ request: HTTPRequest, by route: HTTPRoute, to receiver: any HTTPReceiver
    ) throws(HTTPError) -> HTTPTransferEnd {
        let arriving = ArrivingHead(
            limit: request.limits.head, refusal: route.refusal, receiver: receiver)
        let result = withExtendedLifetime(arriving) {
            request.withValue(by: route) { request in
                var request = request
                return pierdat_client_perform(handle, &request, Self.events(of: arriving))
            }
        }
        address = String(cString: result.address)
        isHTTP2 = result.is_http2
        if arriving.isTooLarge { throw .headTooLarge }
        if result.end == PIERDAT_TRANSFER_STOPPED { return .stopped }
        if result.end == PIERDAT_TRANSFER_NOT_CONNECTED, !arriving.hasPermitted,
            let reason = arriving.firstRefusal
        {
            throw .refused(reason)
        }
        if let error = HTTPError(result, host: request.host, route: route) { throw error }
        guard arriving.head.isWhole else { throw .cut }
        return .complete
    }

    private static func events(of arriving: ArrivingHead) -> pierdat_transfer_events {
        pierdat_transfer_events(
            context: Unmanaged.passUnretained(arriving).toOpaque(),
            may_connect: { context, address in
                guard let arriving = ArrivingHead.at(context), let address else { return false }
                return arriving.mayConnect(to: String(cString: address))
            },
            receive_head: { context, line, length in
                guard let arriving = ArrivingHead.at(context), let line else { return false }
                return line.withMemoryRebound(to: UInt8.self, capacity: length) {
                    arriving.receive(line: UnsafeBufferPointer(start: $0, count: length))
                }
            },
            receive_body: { context, bytes, count in
                guard let arriving = ArrivingHead.at(context) else { return false }
                return arriving.receiver.receive(
                    body: UnsafeRawBufferPointer(start: bytes, count: count))
            },
            may_go_on: { context in ArrivingHead.at(context)?.receiver.mayGoOn ?? false })
    }
}

extension ArrivingHead {
    fileprivate static func at(_ context: UnsafeMutableRawPointer?) -> ArrivingHead? {
        context.map { Unmanaged<ArrivingHead>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension HTTPRequest {
    /// The server's name in messages.
    fileprivate var host: String {
        let rest = url[(url.firstRange(of: "://")?.upperBound ?? url.startIndex)...]
        return String(rest.prefix { !"/?#".contains($0) })
    }
}
