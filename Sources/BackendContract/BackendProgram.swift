/// One executable of a backend, `pierdat-ROLE-NAME` (docs/backends.md).
public struct BackendProgram: Equatable, Sendable {
    /// What the executable does.
    public enum Role: String, CaseIterable, Sendable {
        /// Tells whether the backend can download a URI: `pierdat-check-NAME URI`.
        case check
        /// Downloads: `pierdat-get-NAME URI DEST`.
        case get
        /// Verifies data that is already there: `pierdat-verify-NAME URI PATH`.
        case verify
        /// Seeds what one line of the seed list names; `pierdatd` supervises it.
        case seed
        /// Seeds what all lines of the backend name, in one process: `pierdat-serve-NAME SEED-LIST`.
        case serve
    }

    /// What the executable does.
    public let role: Role
    /// NAME: the backend's name.
    public let backend: String

    /// The executable of `backend` for `role`.
    public init(_ role: Role, of backend: String) {
        self.role = role
        self.backend = backend
    }

    /// The name of its file.
    public var fileName: String { "pierdat-\(role.rawValue)-\(backend)" }

    /// nil if `fileName` does not follow the contract.
    public init?(fileName: some StringProtocol) {
        let parts = fileName.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "pierdat", !parts[2].isEmpty,
            let role = Role(rawValue: String(parts[1]))
        else { return nil }
        self.init(role, of: String(parts[2]))
    }
}
