import EnvironmentSettings
import Testing

@testable import BitTorrent

@Suite("The options of a download")
struct DownloadOptionsTests {
    @Test(
        "take the cache's limit in bytes, or with a unit of 1024; 0 is none",
        arguments: [
            ("", nil), ("0", nil), ("1", 1), ("20G", 20 << 30), ("3k", 3072), ("5m", 5 << 20),
            ("7T", 7 << 40),
        ] as [(String, Int64?)])
    func limit(text: String, bytes: Int64?) throws {
        let options = try DownloadOptions(environment: ["PIERDAT_CACHE_LIMIT": text])
        #expect(options.cacheLimit == bytes.map(ByteCount.init))
    }

    @Test(
        "refuse what is no amount, or none that there is",
        arguments: ["-1", "G", "1.5G", "20GB", "much", "9999999999999T", " 1"])
    func malformed(text: String) {
        #expect(throws: SettingError.self) {
            try DownloadOptions(environment: ["PIERDAT_CACHE_LIMIT": text])
        }
    }
}
