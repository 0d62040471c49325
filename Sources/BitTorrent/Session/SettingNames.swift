/// A setting that a message refers to.
public enum Setting: String, CaseIterable, Sendable {
    case peers, trackers, dht
    case allow, deny, proxy, interface
    case cacheLimit
    case seedRatio, seedTime
    case headerFile, ipfsGateways
    case timeout, stallTimeout
}

/// The name of each ``Setting`` for the user, such as a variable. Only the reader of the settings knows it.
public struct SettingNames: Equatable, Sendable {
    private let names: [Setting: String]

    /// The names that `name` returns.
    public init(_ name: (Setting) -> String = { "the setting '\($0)'" }) {
        names = Dictionary(uniqueKeysWithValues: Setting.allCases.map { ($0, name($0)) })
    }

    /// The name of a setting, for a message.
    public subscript(setting: Setting) -> String { names[setting] ?? setting.rawValue }
}
