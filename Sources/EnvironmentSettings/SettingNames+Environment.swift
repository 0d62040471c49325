import BackendContract
import BitTorrent

extension SettingNames {
    /// The environment variables, and the options of `pierdat get` that set some of them.
    public static let environment = SettingNames(\.environmentName)
}

extension Setting {
    fileprivate var environmentName: String {
        switch self {
        case .peers: EnvironmentVariable.peers.rawValue
        case .trackers: EnvironmentVariable.trackers.rawValue
        case .dht: EnvironmentVariable.dht.rawValue
        case .allow: EnvironmentVariable.allow.rawValue
        case .deny: EnvironmentVariable.deny.rawValue
        case .proxy: EnvironmentVariable.proxy.rawValue
        case .interface: EnvironmentVariable.interface.rawValue
        case .cacheLimit: EnvironmentVariable.cacheLimit.rawValue
        case .seedRatio: EnvironmentVariable.seedRatio.rawValue
        case .seedTime: EnvironmentVariable.seedTime.rawValue
        case .headerFile: EnvironmentVariable.httpHeaderFile.rawValue
        case .ipfsGateways: EnvironmentVariable.ipfsGateways.rawValue
        case .timeout: "--timeout"
        case .stallTimeout: "--stall-timeout"
        }
    }
}
