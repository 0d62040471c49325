import BitTorrent
import EnvironmentSettings
import LinuxSystem
import Origins

extension HubURI {
    /// Parses an argument. nil if it is not a URI of the Hub.
    init?(argument text: String, endpoint: RemoteURL?) throws(TorrentError) {
        do throws(HubURIError) {
            guard let uri = try HubURI(text, endpoint: endpoint) else { return nil }
            self = uri
        } catch {
            throw .invalid("'\(TorrentURI.shown(text))' is malformed: \(error)")
        }
    }
}

extension DataSetAcquisition {
    /// The files that a URI of the Hub names. Asks the Hub for their list.
    init(
        hub text: String, environment: [String: String], installation: Installation
    ) throws {
        let start = ContinuousClock.now
        let configuration = try EngineConfiguration(ofDownload: environment)
        let settings = try HubSettings(environment: environment)
        guard let uri = try HubURI(argument: text, endpoint: settings.endpoint) else {
            throw TorrentError.invalid(
                "this is not a URI of the Hugging Face Hub: '\(TorrentURI.shown(text))'")
        }
        var secrets = try RequestSecrets(environment: environment)
        secrets.servers = [settings.endpoint]
        // Users have a token, and no password that the API takes.
        secrets.netrc = nil
        if let token = settings.token { secrets.fields.append("Authorization: Bearer \(token)") }
        let api = OriginAPI(configuration, secrets: secrets, start: start) { StandardError.say($0) }
        let hub = Hub(settings.endpoint, api: api, hasToken: settings.token != nil)
        let commit = try hub.commit(of: uri)
        if !uri.isPinned {
            StandardError.say(
                """
                warning: '\(uri.revision.onOneLine)' can move to other data. It is \(commit) now
                """)
        }
        var manifest = try hub.manifest(of: uri, at: commit)
        manifest.secrets.advice = hub.advice(on: uri)
        self.init(
            manifest: manifest, torrent: uri.torrent, pinned: uri.pinned(to: commit),
            name: uri.name,
            start: start, configuration: configuration, environment: environment,
            store: TorrentStore(installation.state))
    }
}
