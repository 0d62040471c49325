/// What went wrong with a web seed.
public struct WebSeedFailure: Hashable, Sendable, CustomStringConvertible {
    /// The web seed's URL. It may hold credentials.
    public let url: String
    /// The path of the file that it does not have as it should be; nil where the server fails.
    public let file: String?
    /// In words.
    public let reason: String

    public var description: String {
        let file = file.map { "\($0): " } ?? ""
        return "web seed \(RemoteURL.redacted(url)): \(file)\(reason)"
    }

    /// Whether it is of the web seed `url`. To that of a folder the slash is added that is missing behind it.
    func concerns(_ url: String) -> Bool { self.url == url || self.url == url + "/" }
}
