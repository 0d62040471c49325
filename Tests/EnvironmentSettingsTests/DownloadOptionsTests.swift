import EnvironmentSettings
import Testing

@testable import BitTorrent

@Suite("Download options")
struct DownloadOptionsTests {
    @Test(
        "The cache limit is in bytes or has a binary suffix, and 0 means no limit",
        arguments: [
            ("", nil), ("0", nil), ("1", 1), ("20G", 20 << 30), ("3k", 3072), ("5m", 5 << 20),
            ("7T", 7 << 40),
        ] as [(String, Int64?)])
    func limit(text: String, bytes: Int64?) throws {
        let options = try DownloadOptions(environment: ["PIERDAT_CACHE_LIMIT": text])
        #expect(options.cacheLimit == bytes.map(ByteCount.init))
    }

    @Test(
        "An invalid cache limit is rejected",
        arguments: ["-1", "G", "1.5G", "20GB", "much", "9999999999999T", " 1"])
    func malformed(text: String) {
        #expect(throws: SettingError.self) {
            try DownloadOptions(environment: ["PIERDAT_CACHE_LIMIT": text])
        }
    }
}
