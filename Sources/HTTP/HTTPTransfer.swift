import CCurl
import LinuxSystem
import SystemPackage

/// A transfer of libcurl, freed exactly once. The response goes into an ``ArrivingAnswer``.
struct HTTPTransfer: ~Copyable {
    private let handle: OpaquePointer
    private let answer: ArrivingAnswer
    private let host: String
    private let route: HTTPRoute

    init(
        _ request: HTTPRequest, by route: HTTPRoute, into answer: ArrivingAnswer
    ) throws(HTTPError) {
        let opened = request.withValue(by: route) { request in
            var request = request
            return pierdat_transfer_open(&request, Self.events(of: answer))
        }
        guard let opened else {
            throw .noResource(ResourceShortage(.memory, .noMemory))
        }
        handle = opened
        self.answer = answer
        self.route = route
        host = request.host
    }

    deinit { pierdat_transfer_close(handle) }

    /// Must be called only once.
    func perform() throws(HTTPError) -> HTTPResponse {
        let result = pierdat_transfer_perform(handle)
        if let violation = answer.violation { throw violation }
        if result.end == PIERDAT_TRANSFER_NOT_CONNECTED, !answer.hasPermitted,
            let reason = answer.firstRefusal
        {
            throw .refused(reason)
        }
        if let error = HTTPError(result, host: host, route: route) { throw error }
        guard answer.head.isWhole else { throw .cut }
        return HTTPResponse(
            head: answer.head, body: answer.body, address: String(cString: result.address),
            isHTTP2: result.is_http2)
    }

    private static func events(of answer: ArrivingAnswer) -> pierdat_transfer_events {
        pierdat_transfer_events(
            context: Unmanaged.passUnretained(answer).toOpaque(),
            may_connect: { context, address in
                guard let answer = ArrivingAnswer.at(context), let address else { return false }
                return answer.mayConnect(to: String(cString: address))
            },
            receive_head: { context, line, length in
                guard let answer = ArrivingAnswer.at(context), let line else { return false }
                return line.withMemoryRebound(to: UInt8.self, capacity: length) {
                    answer.receive(headLine: UnsafeBufferPointer(start: $0, count: length))
                }
            },
            receive_body: { context, bytes, count in
                guard let answer = ArrivingAnswer.at(context) else { return false }
                return answer.receive(body: UnsafeBufferPointer(start: bytes, count: count))
            })
    }
}

extension ArrivingAnswer {
    fileprivate static func at(_ context: UnsafeMutableRawPointer?) -> ArrivingAnswer? {
        context.map { Unmanaged<ArrivingAnswer>.fromOpaque($0).takeUnretainedValue() }
    }
}
