import Synchronization
import SystemPackage

/// Messages for the user.
public enum StandardError {
    // There is one standard error, and one setting for its format.
    private static let usesJSON = Atomic(false)

    /// Writes a JSON object per line from now on, as ``LogRecord`` describes. Call it before anything is written.
    public static func useJSON() {
        usesJSON.store(true, ordering: .relaxed)
    }

    /// True if lines are JSON objects.
    public static var isJSON: Bool { usesJSON.load(ordering: .relaxed) }

    /// Writes one line, prefixed with the program's name if given. The line may contain untrusted text. The user
    /// information of URLs in it is hidden. `torrent` is the info-hash of the torrent that it is about.
    public static func say(_ line: String, by program: String?, torrent: String? = nil) {
        let text = Redaction.text(line.plain)
        let name = program.map { "\($0): " } ?? ""
        let written =
            isJSON
            ? LogRecord(line: text, component: program ?? "pierdat", torrent: torrent).json
            : name + text
        // An error is ignored, because it could not be reported.
        _ = try? FileDescriptor.standardError.writeAll("\(written)\n".utf8)
    }
}
