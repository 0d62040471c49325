/// What went wrong with a web seed.
public struct WebSeedFailure: Equatable, Sendable {
    /// The web seed's URL, or the address and port of where it has led to.
    public let place: String
    /// In words.
    public let reason: String

    /// Whether the web seed `url` is, or is at, this place.
    func concerns(_ url: String) -> Bool { url == place || url.contains("//\(place)/") }
}
