import BackendContract
import BitTorrent
import LinuxSystem
import SystemPackage

/// Where the Hugging Face Hub is, and the user's token: from the variables that its own client reads, too.
public struct HubSettings: Sendable {
    /// The server.
    public let endpoint: RemoteURL
    /// Proves who the user is. nil for none. Never printed.
    public let token: String?

    private static let longestToken = 4096
    private static let standard = "https://huggingface.co"

    /// Reads HF_ENDPOINT, and the token from HF_TOKEN or the file that `hf auth login` writes.
    public init(environment: [String: String]) throws(SettingError) {
        let text = environment.filled("HF_ENDPOINT") ?? Self.standard
        do throws(RemoteURLError) {
            endpoint = try RemoteURL(text)
        } catch {
            throw SettingError(
                name: "HF_ENDPOINT", value: RemoteURL.redacted(text),
                expected: "the URL of a server, such as \(Self.standard)")
        }
        let (token, source) = try Self.token(environment)
        guard token?.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) != false else {
            throw SettingError(name: source, value: "***", expected: "a token, without blanks")
        }
        self.token = token
    }

    /// The token and the variable it comes from.
    private static func token(
        _ environment: [String: String]
    ) throws(SettingError) -> (String?, String) {
        if let token = environment.filled("HF_TOKEN") { return (token.trimmed, "HF_TOKEN") }
        let file = file(environment)
        let bytes = file.flatMap { SmallFile.contents(of: $0, atMost: longestToken) }
        // A secret that a build does not have is a file that does not exist.
        if bytes == nil, let file, FileStatus(of: file) != nil {
            throw SettingError(
                name: "HF_TOKEN_PATH", value: file.string,
                expected: "a file with a token that can be read")
        }
        let token = bytes.map { String(decoding: $0, as: UTF8.self).trimmed }
        return (token.flatMap { $0.isEmpty ? nil : $0 }, "HF_TOKEN_PATH")
    }

    private static func file(_ environment: [String: String]) -> FilePath? {
        if let path = environment.filled("HF_TOKEN_PATH") { return FilePath(path) }
        if let home = environment.filled("HF_HOME") { return FilePath(home).appending("token") }
        let cache =
            environment.filled("XDG_CACHE_HOME").map { FilePath($0) }
            ?? environment.filled("HOME").map { FilePath($0).appending(".cache") }
        return cache?.appending("huggingface").appending("token")
    }
}

extension [String: String] {
    /// The value of a variable. nil if it is not set or empty.
    func filled(_ name: String) -> String? {
        self[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
