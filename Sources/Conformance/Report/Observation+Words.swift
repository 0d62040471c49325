import BackendContract
import LinuxSystem

extension Observation {
    /// How it ended, in words: "exited with 66 (a file that the URI names does not exist)".
    var ending: String {
        switch end {
        case .ended(.exited(let status)):
            "exited with \(status)" + (Self.meaning(of: status).map { " (\($0))" } ?? "")
        case .ended(let status): "\(status)"
        case .tooMuchOutput: "printed more than a seed list can have, and was stopped"
        case .timedOut: "did not end within \(duration.inSeconds), and was stopped"
        }
    }

    /// The last line that it printed for the user, as a phrase to append. Empty if there is none.
    var lastWords: String {
        let lines = errors.split(whereSeparator: \.isNewline).map { $0.trimmed }
        guard let line = lines.last(where: { !$0.isEmpty }) else { return "" }
        return ", and printed '\(Redaction.text(line).excerpt(160))'"
    }

    /// True if it was ended by a signal that the kit did not send.
    var hasCrashed: Bool {
        if case .ended(.killed) = end, stop == nil { true } else { false }
    }

    private static func meaning(of status: Int32) -> String? {
        switch ExitStatus(rawValue: status) {
        case .usage: "a setting is wrong"
        case .invalidData: "the URI or the data is malformed or does not match"
        case .noInput: "a file that the URI names does not exist"
        case .noResource: "the system denies a resource"
        case .cannotWrite: "DEST cannot be created or written"
        case .inputOutput: "the operating system failed to read or write"
        case .noSpace: "the data does not fit"
        case .timedOut: "the timeout expired"
        default: nil
        }
    }
}

extension Duration {
    /// In seconds with two decimals.
    var inSeconds: String {
        let hundredths = (self / .milliseconds(10)).rounded()
        let whole = Int(hundredths)
        let rest = whole % 100
        return "\(whole / 100).\(rest < 10 ? "0" : "")\(rest) s"
    }
}

extension Int {
    /// The number and a noun: "1 file", "2 files".
    func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}

extension Int64 {
    /// In bytes, KiB or MiB.
    var inBytes: String {
        switch self {
        case ..<1024: "\(self) B"
        case ..<(1 << 20): "\(self / 1024) KiB"
        default: "\(self >> 20).\((self & 0xfffff) * 10 >> 20) MiB"
        }
    }
}

extension [String] {
    /// The first few, for a message.
    var listed: String {
        let shown = prefix(5).map { "'\($0.excerpt(60))'" }.joined(separator: ", ")
        return count > 5 ? "\(shown) and \(count - 5) more" : shown
    }
}
