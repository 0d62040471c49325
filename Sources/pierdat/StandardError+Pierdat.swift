import BitTorrent
import ImageLayer
import LinuxSystem

extension StandardError {
    /// Writes one line with the prefix `pierdat: `.
    static func say(_ line: String) { say(line, by: component) }

    /// `pierdat` for all built-in backends, because users know no other name. A record in JSON has the program's own.
    private static var component: String {
        let own = Program(invokedAs: CommandLine.arguments.first ?? "")
        return (isJSON ? own : Program.pierdat).rawValue
    }

    /// Writes a line of a seeder's log.
    static func log(_ line: SeederLog.Line) {
        say(line.text, by: component, torrent: line.torrent)
    }

    /// Warns about attributes that could not be set.
    static func warn(of faults: [LayerError]) {
        for fault in faults { say("warning: \(fault)") }
    }
}
