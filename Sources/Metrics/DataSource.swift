/// Where a download gets data from, as the label `source` says.
public enum DataSource: String, CaseIterable, Sendable {
    case peers
    /// Web servers, as web seeds of a torrent or as the origin.
    case webSeeds = "web_seeds"
    case cache
}
