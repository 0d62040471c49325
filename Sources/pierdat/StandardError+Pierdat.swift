import ImageLayer
import LinuxSystem

extension StandardError {
    /// Writes one line with the prefix `pierdat: `.
    static func say(_ line: String) { say(line, by: Program.pierdat.rawValue) }

    /// Warns about attributes that could not be set.
    static func warn(of faults: [LayerError]) {
        for fault in faults { say("warning: \(fault)") }
    }
}
