import BitTorrent
import LinuxSystem

extension Seeder {
    /// One that works as the environment tells it, and tells whoever has started us how it gets on.
    convenience init(environment: [String: String]) throws {
        let note = StatusNote(notifySocket: environment["NOTIFY_SOCKET"])
        try self.init(
            configuration: EngineConfiguration(environment: environment), log: StandardError.say,
            report: { note?.tell($0) })
    }
}
