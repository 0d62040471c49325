/// The version of Pierdat. This is the only place where it is defined: `--version`, the peer ID,
/// the user agent, the packages and the archives of a release take it from here (scripts/version
/// reads this file). CHANGELOG.md must have a section for it.
public enum ProductVersion {
    /// A semantic version MAJOR.MINOR.PATCH. Each number must be below 36, because of the peer ID.
    public static let text = "0.1.0"

    /// The user agent for trackers, web servers and peers.
    public static let userAgent = "Pierdat/\(text)"

    /// The prefix of peer IDs (BEP 20, Azureus style): "-PI", a digit (0 to 9, A to Z) for each
    /// number of the version, and "0-".
    public static let peerIDPrefix: String = {
        let digits = text.split(separator: ".").map { number in
            Int(number).map { String($0, radix: 36, uppercase: true) } ?? "0"
        }
        return "-PI\(digits.joined())0-"
    }()
}
