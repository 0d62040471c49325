import BackendContract
import LinuxSystem

/// When data appears in DEST.
public enum Atomicity: Sendable {
    /// While it is downloaded.
    case inPlace
    /// When all of it is complete and verified.
    case whenComplete

    /// Reads the environment variable.
    public init(environment: [String: String]) throws(SettingError) {
        let isOn = try SettingReader(environment).value(
            .atomic, "on or off", EnvironmentSwitch.isOn)
        self = isOn == true ? .whenComplete : .inPlace
    }
}
