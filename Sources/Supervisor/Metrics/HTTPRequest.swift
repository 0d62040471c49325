import Metrics

/// The head of an HTTP request (RFC 9112), as far as it is used here.
struct HTTPRequest: Equatable {
    /// What the bytes of a connection are so far.
    enum Parsed: Equatable {
        /// The head has not arrived completely.
        case incomplete
        case malformed
        case tooLong
        case request(HTTPRequest)
    }

    enum Method: Equatable {
        case get, head, other
    }

    var method: Method
    /// The path without the query.
    var path: String
    /// The format that the client prefers.
    var format: Exposition

    /// The maximum size of a head in bytes.
    static let longestHead = 8192
    /// The maximum length of a target in bytes.
    private static let longestTarget = 1024

    /// Parses what has arrived. A body is ignored.
    static func parse(_ bytes: [UInt8]) -> Parsed {
        // Robust clients may send empty lines first: RFC 9112, 2.2.
        let lines = bytes.drop { $0 == 13 || $0 == 10 }
        guard let end = endOfHead(lines) else {
            return bytes.count >= longestHead ? .tooLong : .incomplete
        }
        guard end - bytes.startIndex <= longestHead else { return .tooLong }
        let head = lines[..<end].split(separator: 10).map { line in
            line.last == 13 ? line.dropLast() : line
        }
        guard let request = head.first.flatMap(HTTPRequest.init(requestLine:)) else {
            return .malformed
        }
        return .request(request.adding(fields: head.dropFirst()))
    }

    /// The index behind the empty line that ends the head.
    private static func endOfHead(_ bytes: ArraySlice<UInt8>) -> Int? {
        var lineStart = bytes.startIndex
        for index in bytes.indices where bytes[index] == 10 {
            let line = bytes[lineStart..<index]
            if line.isEmpty || line.elementsEqual([13]) { return index + 1 }
            lineStart = index + 1
        }
        return nil
    }

    /// Parses `GET /path HTTP/1.1`.
    private init?(requestLine line: ArraySlice<UInt8>) {
        let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), words[2].count == 8,
            words[1].first == UInt8(ascii: "/"), words[1].count <= Self.longestTarget,
            words[1].allSatisfy({ (0x21...0x7e).contains($0) }), !words[0].isEmpty
        else { return nil }
        method =
            words[0].elementsEqual("GET".utf8)
            ? .get : words[0].elementsEqual("HEAD".utf8) ? .head : .other
        path = String(decoding: words[1].prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        format = .prometheus
    }

    /// The only field that is used is Accept.
    private func adding(fields: ArraySlice<ArraySlice<UInt8>>) -> HTTPRequest {
        var request = self
        for field in fields {
            let text = String(decoding: field, as: UTF8.self).lowercased()
            if text.hasPrefix("accept:"), text.contains("application/openmetrics-text") {
                request.format = .openMetrics
            }
        }
        return request
    }
}
