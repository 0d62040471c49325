import ImageLayer
import LinuxSystem

extension StandardError {
    /// Writes one line by `pierdat`.
    static func say(_ line: String) { say(line, by: Program.pierdat.rawValue) }

    /// Warns of attributes that could not be set.
    static func warn(of faults: [LayerError]) {
        for fault in faults { say("warning: \(fault)") }
    }
}
