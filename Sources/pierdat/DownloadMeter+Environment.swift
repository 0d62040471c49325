import BitTorrent
import EnvironmentSettings

extension EngineConfiguration {
    /// The configuration of a download. It reports numbers to the `pierdatd` that started it, if one did.
    init(ofDownload environment: [String: String]) throws {
        self = try EngineConfiguration(environment: environment)
        meter = DownloadMeter(notifySocket: environment["NOTIFY_SOCKET"])
    }
}
