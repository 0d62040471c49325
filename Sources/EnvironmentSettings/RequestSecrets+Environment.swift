import BackendContract
import Glibc
import LinuxSystem
import Origins
import SystemPackage

extension RequestSecrets {
    private static let longest = 64 << 10

    /// Reads the file that the environment names, and finds `~/.netrc`.
    public init(environment: [String: String]) throws(SettingError) {
        self.init()
        if let home = environment["HOME"], !home.isEmpty {
            let path = FilePath(home).appending(".netrc")
            if path.withPlatformString({ access($0, R_OK) }) == 0 { netrc = path.string }
        }
        guard let path = environment[.httpHeaderFile], !path.isEmpty else { return }
        func fault(_ expected: String) -> SettingError {
            SettingError(
                name: EnvironmentVariable.httpHeaderFile.rawValue, value: path, expected: expected)
        }
        guard let bytes = SmallFile.contents(of: FilePath(path), atMost: Self.longest) else {
            throw fault("a readable file of at most 64 KiB")
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
            .map { String(decoding: $0, as: UTF8.self).trimmed }
        fields = lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }
        // The line itself may be a secret.
        guard fields.allSatisfy(Self.isField) else {
            throw fault("a file whose lines are like 'Authorization: Bearer TOKEN'")
        }
    }

    /// RFC 9110, 5.1 and 5.5.
    private static func isField(_ line: String) -> Bool {
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { return false }
        let isName = line[..<colon].utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
        return isName && line.onOneLine == line
    }
}
