/// `xs` of a magnet link: web servers that have the torrent itself, so that no peer is needed for its metadata.
struct ExactSource {
    let urls: [RemoteURL]
    let configuration: EngineConfiguration

    /// How many URLs are tried.
    private static let mostURLs = 3
    /// How long each of them has. The peers are asked if it is not enough.
    private static let patience = Duration.seconds(10)

    /// `parameters` with the metadata that the first URL has which leads to a torrent of the same info-hash;
    /// themselves if none does. `say` takes a line for the user.
    func completed(_ parameters: TorrentParameters, say: (String) -> Void) -> TorrentParameters {
        var configuration = configuration
        configuration.timeout = min(configuration.timeout ?? Self.patience, Self.patience)
        for url in urls.prefix(Self.mostURLs) {
            do throws(TorrentError) {
                let uri = TorrentURI.url(url)
                return try parameters.adding(
                    metadataOf: uri.parameters(configuration, store: nil, say: say))
            } catch {
                say(
                    """
                    warning: the magnet link's xs=\(url.redacted) is of no use: \(error). Peers are asked \
                    for the metadata
                    """)
            }
        }
        return parameters
    }
}
