import BackendContract
import BitTorrent
import IPFS

extension [Gateway] {
    /// The gateways that the environment names. nil if it names none, so that the standard ones are asked. Empty if
    /// only the gateway in a URI may be asked.
    public init?(environment: [String: String]) throws(SettingError) {
        let gateways = try SettingReader(environment).value(
            .ipfsGateways, "URLs that begin with http:// or https://, separated by commas, or none",
            showing: Self.redacted, Self.parsed)
        guard let gateways else { return nil }
        self = gateways
    }

    private static func parsed(_ text: String) -> [Gateway]? {
        if text == "none" { return [] }
        return SettingReader.list(text) { url in
            (try? RemoteURL(String(url))).map { Gateway($0) }
        }
    }

    private static func redacted(_ list: String) -> String {
        list.split { $0 == "," || $0.isWhitespace }.map { RemoteURL.redacted(String($0)) }
            .joined(separator: ",")
    }
}
