import HTTP
import LinuxSystem

/// What the head of a response means for a ``Fetch``.
enum FetchAnswer {
    /// The requested bytes follow, up to `end`: `Int64.max` if the server did not say.
    case body(FetchOpening, end: Int64)
    case redirect(String)
    case failure(FetchFailure)

    init(_ head: HTTPResponseHead, to order: Fetch.Order) {
        if head.status / 100 == 3, let location = head.value(of: "Location") {
            self = .redirect(location)
        } else {
            self = Self.answer(head, order)
        }
    }

    private static func answer(_ head: HTTPResponseHead, _ order: Fetch.Order) -> FetchAnswer {
        let range = head.value(of: "Content-Range").flatMap { ContentRange($0) }
        switch (head.status, range) {
        case (200, _): return whole(head, order)
        case (206, .bytes(let sent, let total)): return part(head, order, sent, total)
        case (206, _): return .failure(.malformed("its Content-Range is missing or malformed"))
        case (416, .unsatisfied(total: 0)) where order.version == nil:
            return body(head, order, size: 0, ranges: true, end: 0)
        case (416, .unsatisfied): return .failure(.changed)
        default:
            return .failure(
                .status(head.status, head.reason, retryAfter: RetryAfter.delay(head)))
        }
    }

    /// The whole file. If a part was requested, the server supports no ranges or the file has changed.
    private static func whole(_ head: HTTPResponseHead, _ order: Fetch.Order) -> FetchAnswer {
        let field = head.value(of: "Content-Length")
        let length = field.flatMap { WholeNumber.parse($0) }
        // A body of unknown length ends where it ends, and could be truncated unnoticed.
        guard (field == nil) == (length == nil) else {
            return .failure(.malformed("its Content-Length is not a number of bytes"))
        }
        guard order.range.lowerBound == 0 else {
            let isSame = order.version?.mayBeSame(as: Version(head, size: length)) ?? true
            return .failure(isSame ? .noRanges : .changed)
        }
        return body(head, order, size: length, ranges: false, end: length ?? .max)
    }

    private static func part(
        _ head: HTTPResponseHead, _ order: Fetch.Order, _ sent: Range<Int64>, _ total: Int64?
    ) -> FetchAnswer {
        guard order.isPartial, sent.lowerBound == order.range.lowerBound,
            sent.upperBound <= order.range.upperBound
        else {
            return .failure(.malformed("it sends other bytes than were requested"))
        }
        guard let total else { return .failure(.noRanges) }
        return body(head, order, size: total, ranges: true, end: min(total, order.range.upperBound))
    }

    private static func body(
        _ head: HTTPResponseHead, _ order: Fetch.Order, size: Int64?, ranges: Bool, end: Int64
    ) -> FetchAnswer {
        // A proxy that compresses would make other bytes of the file.
        let encoding = head.value(of: "Content-Encoding") ?? "identity"
        guard encoding.lowercased() == "identity" else { return .failure(.encoding(encoding)) }
        let version = Version(head, size: size)
        if let known = order.version, !known.mayBeSame(as: version) { return .failure(.changed) }
        if let expected = order.size, let size, size != expected {
            return .failure(.otherSize(size, expected: expected))
        }
        let opening = FetchOpening(
            version: version, supportsRanges: ranges,
            mediaType: head.value(of: "Content-Type"),
            disposition: head.value(of: "Content-Disposition"))
        return .body(opening, end: end)
    }
}

/// What the head of a successful response says about the file.
struct FetchOpening: Sendable {
    let version: Version
    let supportsRanges: Bool
    /// The Content-Type field.
    let mediaType: String?
    /// The Content-Disposition field.
    let disposition: String?
}
