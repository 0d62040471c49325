/// The failure of a web seed.
public struct WebSeedFailure: Hashable, Sendable, CustomStringConvertible {
    /// The web seed's URL. It may contain credentials.
    public let url: String
    /// The path of the file with the problem. nil if the whole server fails.
    public let file: String?
    /// The reason as text.
    public let reason: String

    /// The message for the user. The URL is shown without secrets.
    public var description: String {
        let file = file.map { "\($0): " } ?? ""
        return "web seed \(RemoteURL.redacted(url)): \(file)\(reason)"
    }

    /// True if it is about the web seed `url`. libtorrent appends a missing slash to the URL of a
    /// folder.
    func concerns(_ url: String) -> Bool { self.url == url || self.url == url + "/" }
}
