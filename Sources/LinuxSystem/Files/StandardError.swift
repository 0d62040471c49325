import SystemPackage

/// Messages for the user.
public enum StandardError {
    /// Writes one line, with the program's name in front if there is one. What others have said may be in it, and
    /// URLs: their user information is not shown.
    public static func say(_ line: String, by program: String?) {
        let name = program.map { "\($0): " } ?? ""
        // Without anybody who listens there is nothing to be done.
        _ = try? FileDescriptor.standardError.writeAll(
            "\(name)\(Redaction.text(line.plain))\n".utf8)
    }
}
