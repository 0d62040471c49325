import CLibtorrent

/// How to communicate with peers.
public struct PeerProtocol: Equatable, Sendable {
    /// BitTorrent's message stream encryption.
    public enum Encryption: String, Sendable {
        /// Encrypt if the peer wants it.
        case prefer
        /// Encrypt everything, and connect to no other peers.
        case require
        case off
    }

    /// TCP, uTP or both.
    public enum Transport: String, Sendable {
        /// TCP first, and uTP if that fails.
        case both
        case tcp
        /// BEP 29.
        case utp
    }

    /// Whether connections are encrypted.
    public var encryption = Encryption.prefer
    /// The protocols of connections.
    public var transport = Transport.both

    /// Encrypts if the peer wants it, and uses both transports.
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
