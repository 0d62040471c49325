import HTTP

/// What proves to a server that we may read a file. Never printed or stored, and sent only to the server that the
/// user named.
public struct RequestSecrets: Equatable, Sendable, CustomStringConvertible {
    /// Fields of the head, each `Name: value`.
    public var fields: [String] = []
    /// A file in the format of netrc(5). nil for none.
    public var netrc: String?

    /// Nothing.
    public init() {}

    /// `***` instead of the values.
    public var description: String { "***" }

    func add(to request: inout HTTPRequest) {
        request.fields += fields
        request.netrc = netrc
    }
}
