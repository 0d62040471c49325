import LinuxSystem

extension StandardError {
    /// Writes one line by `pierdat`.
    static func say(_ line: String) { say(line, by: Program.pierdat.rawValue) }
}
