/// Parses environment variables that are on or off.
public enum EnvironmentSwitch {
    /// nil if the text is neither.
    public static func isOn(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "on", "yes", "true", "1": true
        case "off", "no", "false", "0": false
        default: nil
        }
    }
}
