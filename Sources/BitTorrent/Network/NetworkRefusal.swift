import CLibtorrent

/// What this process refused to do because of its network policy.
enum NetworkRefusal {
    /// To contact an address.
    case address
    /// To query a name server.
    case nameServer

    /// nil if nothing was refused.
    init?(_ refusal: pierdat_refusal) {
        switch refusal {
        case PIERDAT_REFUSAL_ADDRESS: self = .address
        case PIERDAT_REFUSAL_NAME_SERVER: self = .nameServer
        default: return nil
        }
    }

    /// The reason, with the `names` of the settings.
    func words(_ names: SettingNames) -> String {
        let policy = "\(names[.allow]) or \(names[.deny])"
        return switch self {
        case .address: "\(policy) excludes it, or it is the address of a cloud's metadata"
        case .nameServer: "\(policy) excludes the name server"
        }
    }

    /// The `message` about a failure, with the reason if it was refused.
    static func explained(_ message: String, _ refusal: pierdat_refusal, _ names: SettingNames)
        -> String
    {
        NetworkRefusal(refusal).map { "\(message): \($0.words(names))" } ?? message
    }
}
