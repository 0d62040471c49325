/// The result of checking one rule.
public struct Finding: Sendable {
    /// Whether the backend follows the rule.
    public enum Verdict: Equatable, Sendable {
        /// It does. The text says what was seen.
        case passed(String)
        /// It does not. The texts say what was seen, and what the contract asks for.
        case broken(String, asked: String)
        /// The rule is about something optional that the backend or the command line does not have.
        case notApplicable(String)
        /// The kit could not check it here.
        case notChecked(String)

        /// The verdict in one or two words.
        public var label: String {
            switch self {
            case .passed: "passed"
            case .broken: "broken"
            case .notApplicable: "not applicable"
            case .notChecked: "not checked"
            }
        }

        /// What was seen, and for a broken rule what the contract asks for.
        public var explanation: String {
            switch self {
            case .passed(let text), .notApplicable(let text), .notChecked(let text): text
            case .broken(let seen, let asked): "\(seen). \(asked)"
            }
        }
    }

    /// The name of the rule.
    public let rule: String
    /// The heading in docs/backends.md below which the rule is, as in a link to it.
    public let section: String
    /// Whether the backend follows the rule.
    public let verdict: Verdict

    /// True if the backend does not follow the rule.
    public var isBroken: Bool { if case .broken = verdict { true } else { false } }
}
