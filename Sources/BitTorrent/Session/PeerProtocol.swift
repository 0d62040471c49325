import CLibtorrent

/// How peers are talked to.
public struct PeerProtocol: Equatable, Sendable {
    /// `PIERDAT_ENCRYPTION`: the message stream encryption that BitTorrent clients have.
    public enum Encryption: String, Sendable {
        /// Where the peer wants it.
        case prefer
        /// Nothing is said in the clear, and nobody is talked to who wants it otherwise.
        case require
        case off
    }

    /// `PIERDAT_TRANSPORT`.
    public enum Transport: String, Sendable {
        /// TCP first, and uTP where that fails.
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
