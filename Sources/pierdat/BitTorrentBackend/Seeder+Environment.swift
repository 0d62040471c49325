import BackendContract
import BitTorrent
import EnvironmentSettings
import LinuxSystem

extension Seeder {
    /// A seeder configured by the environment. It reports to the process that started it, if that
    /// set NOTIFY_SOCKET.
    convenience init(environment: [String: String]) throws {
        // pierdatd has already warned about an invalid level.
        let level = environment[.log].flatMap(LogLevel.init(parsing:)) ?? .standard
        try self.init(
            configuration: EngineConfiguration(environment: environment),
            logLevel: level, log: StandardError.log,
            reader: NotifySocketClient(notifySocket: environment["NOTIFY_SOCKET"]))
    }
}
