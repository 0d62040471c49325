import SystemPackage

/// Messages for the user.
public enum StandardError {
    /// Writes one line, prefixed with the program's name if given. The line may contain untrusted text. The user
    /// information of URLs in it is hidden.
    public static func say(_ line: String, by program: String?) {
        let name = program.map { "\($0): " } ?? ""
        // An error is ignored, because it could not be reported.
        _ = try? FileDescriptor.standardError.writeAll(
            "\(name)\(Redaction.text(line.plain))\n".utf8)
    }
}
