import BackendContract
import BitTorrent
import LinuxSystem

extension EngineConfiguration {
    /// Reads the environment variables. A setting that is not set keeps its default.
    public init(environment: [String: String]) throws(SettingError) {
        self.init()
        names = .environment
        let settings = SettingReader(environment)
        peers =
            try settings.value(
                .peers,
                "host, host:port or _service._tcp.name, \(Self.maximumPeers) at most, separated by commas"
            ) { text in
                SettingReader.list(text, of: PeerName.init).flatMap {
                    $0.count <= Self.maximumPeers ? $0 : nil
                }
            } ?? peers
        trackers =
            try settings.value(
                .trackers,
                "URLs that begin with http://, https:// or udp://, separated by commas",
                showing: Self.redactedURLs
            ) { text in
                SettingReader.list(text) { try? RemoteURL(String($0), schemes: .tracker) }
            } ?? trackers
        port =
            try settings.value(.port, "a number from 0 to 65535") {
                WholeNumber.parse($0, within: 0...UInt16.max)
            } ?? port
        dht =
            try settings.value(.dht, "on, off or host:port, separated by commas") {
                DHT($0)
            } ?? dht
        localDiscovery =
            try settings.value(.localDiscovery, "on or off", EnvironmentSwitch.isOn)
            ?? localDiscovery
        let rate = "bytes a second, such as 500k or 10M (0: no limit)"
        uploadLimit = try settings.value(.uploadLimit, rate, SettingReader.rate).flatMap(
            \.self)
        downloadLimit = try settings.value(.downloadLimit, rate, SettingReader.rate).flatMap(
            \.self)
        try readPolicy(settings)
        timeout =
            try settings.value(.timeout, "seconds (0: no limit)", SettingReader.timeout)
            ?? timeout
        stallTimeout =
            try settings.value(
                .stallTimeout, "seconds (0: no limit)", SettingReader.timeout) ?? stallTimeout
        resolveInterval =
            try settings.value(
                .resolveInterval, "seconds from 1 to 86400", SettingReader.interval)
            ?? resolveInterval
    }

    private static func redactedURLs(_ list: String) -> String {
        let urls = list.split { $0 == "," || $0.isWhitespace }
        return urls.map { RemoteURL.redacted(String($0)) }.joined(separator: ",")
    }

    /// Each name is resolved on its own thread.
    private static let maximumPeers = 256
}

extension EngineConfiguration.DHT {
    fileprivate init?(_ text: String) {
        switch EnvironmentSwitch.isOn(text) {
        case true: self = .on(bootstrap: EngineConfiguration.defaultBootstrap)
        case false: self = .off
        default:
            let nodes = SettingReader.list(text) { node in
                PeerName(node).flatMap { $0.port == nil ? nil : String(node) }
            }
            guard let nodes, !nodes.isEmpty else { return nil }
            self = .on(bootstrap: nodes)
        }
    }
}
