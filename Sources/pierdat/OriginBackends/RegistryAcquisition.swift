import BitTorrent
import EnvironmentSettings
import LinuxSystem
import Origins

extension RegistryURI {
    /// Parses an argument. nil if it is not a URI of a registry.
    init?(argument text: String) throws(TorrentError) {
        do throws(RegistryURIError) {
            guard let uri = try RegistryURI(text) else { return nil }
            self = uri
        } catch {
            throw .invalid("'\(TorrentURI.shown(text))' is malformed: \(error)")
        }
    }
}

extension DataSetAcquisition {
    /// The files that a URI of a registry names. Asks the registry for its manifest.
    init(
        registry text: String, environment: [String: String], installation: Installation
    ) throws {
        let start = ContinuousClock.now
        let configuration = try EngineConfiguration(ofDownload: environment)
        guard let uri = try RegistryURI(argument: text) else {
            throw TorrentError.invalid(
                "this is not a URI of an OCI registry: '\(TorrentURI.shown(text))'")
        }
        var secrets = try RequestSecrets(environment: environment)
        secrets.servers = [uri.server]
        // Only config.json has passwords of registries.
        secrets.netrc = nil
        let api = OriginAPI(configuration, secrets: secrets, start: start) { StandardError.say($0) }
        let registry = Registry(
            uri, api: api, credentials: try RegistryCredentials(environment: environment))
        let found = try registry.resolve()
        if uri.digest == nil {
            StandardError.say(
                "warning: a tag can move to other data. It is \(found.digest) now")
        }
        self.init(
            manifest: found.manifest, torrent: uri.torrent, pinned: uri.pinned(to: found.digest),
            name: uri.name, start: start, configuration: configuration, environment: environment,
            store: TorrentStore(installation.state))
    }
}
