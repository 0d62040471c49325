import LinuxSystem
import SystemPackage

/// Messages for the user.
enum StandardError {
    /// Writes one line, with the program's name in front. What others have said may be in it, and URLs: their
    /// user information is not shown.
    static func say(_ line: String) {
        // Without anybody who listens there is nothing to be done.
        _ = try? FileDescriptor.standardError.writeAll(
            "pierdat: \(Redaction.text(line.plain))\n".utf8)
    }
}
