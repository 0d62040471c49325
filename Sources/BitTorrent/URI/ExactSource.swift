/// `xs` of a magnet link: web servers with the .torrent file, so that no peer is needed for the
/// metadata.
struct ExactSource {
    let urls: [RemoteURL]
    let configuration: EngineConfiguration

    /// The maximum number of URLs to try.
    private static let mostURLs = 3
    /// The time limit for each URL. After that, peers are asked.
    private static let patience = Duration.seconds(10)

    /// `parameters` with metadata from the first URL that returns a torrent with the same
    /// info-hash. Unchanged if none does. `say` prints a line for the user.
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
                    warning: xs=\(url.redacted) in the magnet link cannot be used: \(error). Requesting the \
                    metadata from peers
                    """)
            }
        }
        return parameters
    }
}
