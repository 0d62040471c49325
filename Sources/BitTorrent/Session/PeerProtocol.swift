import CLibtorrent

/// How to communicate with peers.
public struct PeerProtocol: Equatable, Sendable {
    /// `PIERDAT_ENCRYPTION`: BitTorrent's message stream encryption.
    public enum Encryption: String, Sendable {
        /// Encrypt if the peer wants it.
        case prefer
        /// Encrypt everything, and connect to no other peers.
        case require
        case off
    }

    /// `PIERDAT_TRANSPORT`.
    public enum Transport: String, Sendable {
        /// TCP first, and uTP if that fails.
        case both
        case tcp
        /// BEP 29.
        case utp
    }

    /// `PIERDAT_ENCRYPTION`.
    public var encryption = Encryption.prefer
    /// `PIERDAT_TRANSPORT`.
    public var transport = Transport.both

    public init() {}
}

extension PeerProtocol.Encryption {
    var value: pierdat_encryption {
        switch self {
        case .prefer: PIERDAT_ENCRYPTION_PREFERRED
        case .require: PIERDAT_ENCRYPTION_REQUIRED
        case .off: PIERDAT_ENCRYPTION_OFF
        }
    }
}
