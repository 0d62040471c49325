import LinuxSystem

/// Why a block that is what its CID names cannot be used.
enum BlockError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Contradicts the format.
    case malformed(String)
    /// A link that cannot be followed.
    case link(String, CIDError)
    /// Well-formed, but of a kind that is not supported.
    case unsupported(String)

    /// The reason, to follow the name of the block and a colon.
    var description: String {
        switch self {
        case .malformed(let what): "it is malformed: \(what)"
        case .link(let name, let error):
            "its link '\(name.excerpt(80))' cannot be followed: \(error)"
        case .unsupported(let what): what
        }
    }
}
