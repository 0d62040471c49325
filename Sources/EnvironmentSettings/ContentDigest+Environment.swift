import BackendContract
import Digest

extension ContentDigest {
    /// The digest that `pierdat --checksum` asks for. nil if none is set.
    public init?(environment: [String: String]) throws(SettingError) {
        let value = try SettingReader(environment).value(
            .checksum, "sha256: and 64 hexadecimal digits, or sha512: and 128"
        ) { ContentDigest($0) }
        guard let value else { return nil }
        self = value
    }
}
