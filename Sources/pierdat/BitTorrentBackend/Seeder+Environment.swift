import BackendContract
import BitTorrent
import EnvironmentSettings
import LinuxSystem

extension Seeder {
    /// One that works as the environment tells it, and tells whoever has started us how it gets on.
    convenience init(environment: [String: String]) throws {
        // pierdatd has said what is wrong with a level that is none.
        let level = environment[.log].flatMap(LogLevel.init(parsing:)) ?? .standard
        try self.init(
            configuration: EngineConfiguration(environment: environment),
            logLevel: level, log: StandardError.say,
            reader: NotifySocketClient(notifySocket: environment["NOTIFY_SOCKET"]))
    }
}
