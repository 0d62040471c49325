import HTTP

/// The version of a file on a server, by which a change is detected (RFC 9110, 8.8).
struct Version: Equatable, Codable, Sendable {
    /// The size in bytes. nil if the server did not say.
    var size: Int64?
    /// The ETag field, with `W/` if it is weak.
    var tag: String?
    /// The Last-Modified field.
    var date: String?
    /// True if the file was not modified in the minute before the response, so that ``date`` is a strong
    /// validator (RFC 9110, 8.8.2.2).
    var isDateStrong = false

    /// The version in the head of a response about a file of `size` bytes.
    init(_ head: HTTPResponseHead, size: Int64?) {
        self.size = size
        tag = head.value(of: "ETag")
        date = head.value(of: "Last-Modified")
        if let modified = date.flatMap(HTTPDate.seconds),
            let now = head.value(of: "Date").flatMap(HTTPDate.seconds)
        {
            isDateStrong = now - modified >= 60
        }
    }

    /// The value of If-Range (RFC 9110, 13.1.5). nil without a strong validator.
    var strongValidator: String? {
        if let tag { return tag.hasPrefix("W/") ? nil : tag }
        return isDateStrong ? date : nil
    }

    /// False if the validators or the sizes show that `other` is another version.
    func mayBeSame(as other: Version) -> Bool {
        if let size, let otherSize = other.size, size != otherSize { return false }
        if let tag, let otherTag = other.tag { return tag == otherTag }
        if let date, let otherDate = other.date { return date == otherDate }
        return true
    }
}
