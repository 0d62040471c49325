import SystemPackage

extension String {
    /// `bytes` for messages: as they are if they are UTF-8, otherwise with non-ASCII bytes as
    /// `\xE9`.
    public init(showing bytes: [UInt8]) {
        self =
            String(validating: bytes, as: UTF8.self)
            ?? bytes.map { byte in
                byte < 0x80
                    ? String(UnicodeScalar(byte))
                    : #"\x"# + String(byte, radix: 16, uppercase: true)
            }.joined()
    }
}

extension FilePath {
    /// The path for messages, as in ``Swift/String/init(showing:)``.
    public var shown: String {
        withPlatformString { "\(ArgumentWord(copying: $0))" }
    }

    /// An error message if the path is not UTF-8, nil if it is. `others` names what must be UTF-8,
    /// such as "names in torrents".
    public func complaintUnlessText(like others: String) -> String? {
        guard String(validating: self) == nil else { return nil }
        return "'\(shown)' is not UTF-8, as \(others) are: rename it"
    }
}
