import BitTorrent
import EnvironmentSettings
import LinuxSystem
import Origins

extension RecordURI {
    /// Parses an argument. nil if it is not the URI of a record.
    init?(argument text: String) throws(TorrentError) {
        do throws(RecordURIError) {
            guard let uri = try RecordURI(text) else { return nil }
            self = uri
        } catch {
            throw .invalid("'\(TorrentURI.shown(text))' is malformed: \(error)")
        }
    }
}

extension DataSetAcquisition {
    /// The files of a record. Asks its server for their list.
    init(
        record text: String, environment: [String: String], installation: Installation
    ) throws {
        let start = ContinuousClock.now
        let configuration = try EngineConfiguration(ofDownload: environment)
        guard let uri = try RecordURI(argument: text) else {
            throw TorrentError.invalid(
                "this is not the URI of a record: '\(TorrentURI.shown(text))'")
        }
        var secrets = try RequestSecrets(environment: environment)
        secrets.servers = [uri.server]
        // Users have a token, and no password that the APIs take.
        secrets.netrc = nil
        let api = OriginAPI(configuration, secrets: secrets, start: start) { StandardError.say($0) }
        let found = try Records(uri, api: api).resolve()
        for warning in found.warnings { StandardError.say("warning: \(warning)") }
        self.init(
            manifest: found.manifest, torrent: uri.torrent, pinned: found.pinned, name: uri.name,
            start: start, configuration: configuration, environment: environment,
            store: TorrentStore(installation.state))
    }
}
