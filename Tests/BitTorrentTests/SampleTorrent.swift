import Foundation
import SystemPackage

/// A v1 torrent of a folder with a blank in its name, an empty file and a non-ASCII name.
enum SampleTorrent {
    static let infoHash = "817fc7b40e5842d9e338283990adc4c30abe30e5"

    static let files: [(path: String, contents: Data)] = [
        ("data set/a file.txt", contents(50_000, seed: 1)),
        ("data set/empty", Data()),
        ("data set/nested/größe.bin", contents(100_000, seed: 7)),
    ]

    static let size: Int64 = 150_000

    static var bytes: [UInt8] {
        Array(Data(base64Encoded: encoded, options: .ignoreUnknownCharacters)!)
    }

    /// Writes the data below `folder`.
    static func write(to folder: URL) throws {
        for file in files {
            let url = folder.appending(path: file.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try file.contents.write(to: url)
        }
    }

    /// True if `folder` contains all of the data, byte for byte.
    static func isComplete(in folder: URL) -> Bool {
        files.allSatisfy { (try? Data(contentsOf: folder.appending(path: $0.path))) == $0.contents }
    }

    private static func contents(_ count: Int, seed: Int) -> Data {
        Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 31 + seed + $0 / 251) })
    }

    private static let encoded = """
        ZDQ6aW5mb2Q1OmZpbGVzbGQ2Omxlbmd0aGk1MDAwMGU0OnBhdGhsMTA6YSBmaWxlLnR4dGVlZDY6bGVuZ3RoaTBlNDpwYXRobDU6
        ZW1wdHllZWQ2Omxlbmd0aGkxMDAwMDBlNDpwYXRobDY6bmVzdGVkMTE6Z3LDtsOfZS5iaW5lZWU0Om5hbWU4OmRhdGEgc2V0MTI6
        cGllY2UgbGVuZ3RoaTE2Mzg0ZTY6cGllY2VzMjAwOq52Wpfo1SAtQWfkYJcd/nmPSZhTueMCDoHBy/vr6a5x8Ylf1ns7M+U4sCoS
        DoLRMkQoBzHGFPGmIlvc88A2akLsf7xoH/1J5qiitM2bd2Nk/5A3ON+4awj2hV1VQhtQg/hfwWngXhOEc40orHoyzpovDNzoRkXF
        4ymsROtDEH7kBmlHtPtb9IgkqhuiY9vZV00yU3FakeIVeZg3U2PWeZ5mFw/Fm6/SPFX1mzcQTBecW1ukOHLcsfBWQ1FBAiWhCPqV
        mgVwIUY1ZWU=
        """
}
