import SystemPackage

extension String {
    /// For messages: `bytes` as they are where they are UTF-8, else those beyond ASCII as `\xE9`.
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
    /// For messages, as ``Swift/String/init(showing:)`` has it.
    public var shown: String {
        withPlatformString { "\(ArgumentWord(copying: $0))" }
    }

    /// What to tell the user where this is not UTF-8, as `others` are, "names in torrents" say; nil where
    /// it is.
    public func complaintUnlessText(like others: String) -> String? {
        guard String(validating: self) == nil else { return nil }
        return "'\(shown)' is not UTF-8, as \(others) are: rename it"
    }
}
