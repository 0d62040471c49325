/// The version of Pierdat: the one place where it is written. `--version`, the names that Pierdat gives
/// itself in the network, the packages and the archives of a release have it from here (scripts/version
/// reads this file); CHANGELOG.md has a section for it.
public enum ProductVersion {
    /// As semantic versioning has it: MAJOR.MINOR.PATCH, each below 36 for the sake of the peer id.
    public static let text = "0.1.0"

    /// What Pierdat calls itself to trackers, web servers and peers.
    public static let userAgent = "Pierdat/\(text)"

    /// How its peer ids begin (BEP 20, Azureus style): "-PI", a digit for each number of the version from 0
    /// to 9 and A to Z, and "0-".
    public static let peerIDPrefix: String = {
        let digits = text.split(separator: ".").map { number in
            Int(number).map { String($0, radix: 36, uppercase: true) } ?? "0"
        }
        return "-PI\(digits.joined())0-"
    }()
}
