import CLibtorrent
import HTTP

extension HTTPError {
    /// The description, with details about certificates and the policy of this process.
    package func words(_ names: SettingNames) -> String {
        switch self {
        case .untrusted(let verdict):
            var words = pierdat_error()
            pierdat_certificates_explain(verdict, &words)
            return words.text
        case .unknownHost(let host) where pierdat_network_has_refused_name_server():
            return "no address of \(host) is known: \(NetworkRefusal.nameServer.words(names))"
        case .interface, .interfaceOfOtherFamily: return "\(self) (\(names[.interface]))"
        default: return description
        }
    }
}
