import BackendContract
import BitTorrent
import EnvironmentSettings
import Origins

/// The origins of data sets of several files. Each is a backend of its own.
enum DataSetOrigin: String {
    case hub = "hf"
    case registry = "oci"
    case record = "records"

    /// The one whose program this is. nil for another program.
    static var ofThisProgram: DataSetOrigin? {
        BackendProgram(fileName: Program.running.rawValue).flatMap {
            DataSetOrigin(rawValue: $0.backend)
        }
    }

    /// True if `uri` is one of this origin. Throws if it is malformed.
    func accepts(_ uri: String, environment: [String: String]) throws -> Bool {
        switch self {
        case .hub:
            // get reports what is wrong with a setting.
            let endpoint = (try? HubSettings(environment: environment))?.endpoint
            return try HubURI(argument: uri, endpoint: endpoint) != nil
        case .registry: return try RegistryURI(argument: uri) != nil
        case .record: return try RecordURI(argument: uri) != nil
        }
    }

    /// The torrent that proves the data of `uri` even if the origin does not answer. nil if there is none.
    func torrent(of uri: String, environment: [String: String]) throws -> MagnetLink? {
        switch self {
        case .hub:
            let endpoint = try HubSettings(environment: environment).endpoint
            let parsed = try HubURI(argument: uri, endpoint: endpoint)
            return parsed?.isPinned == true ? parsed?.torrent : nil
        case .registry:
            let parsed = try RegistryURI(argument: uri)
            return parsed?.digest == nil ? nil : parsed?.torrent
        case .record: return try RecordURI(argument: uri)?.torrent
        }
    }

    /// The files of `uri`. Asks the origin for their list.
    func files(
        of uri: String, environment: [String: String], installation: Installation
    ) throws -> DataSetAcquisition {
        switch self {
        case .hub:
            try DataSetAcquisition(
                hub: uri, environment: environment, installation: installation)
        case .registry:
            try DataSetAcquisition(
                registry: uri, environment: environment, installation: installation)
        case .record:
            try DataSetAcquisition(
                record: uri, environment: environment, installation: installation)
        }
    }
}
