import LinuxSystem

/// A setting in the environment that cannot be used.
public struct SettingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The environment variable.
    public let name: String
    /// Its value, without secrets.
    public let value: String
    /// A description of valid values.
    public let expected: String

    /// `value` must not contain a secret.
    public init(name: String, value: String, expected: String) {
        self.name = name
        self.value = value
        self.expected = expected
    }

    /// The message for the user: the variable, its value, and what to set it to.
    public var description: String {
        "\(name)=\(value.onOneLine) is invalid: expected \(expected)"
    }
}
