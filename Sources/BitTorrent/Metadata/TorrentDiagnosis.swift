import LinuxSystem

/// Explains to the user why bytes are not a usable .torrent.
enum TorrentDiagnosis {
    /// True if the bytes start like a torrent: with a dictionary and the length of its first key
    /// (BEP 3).
    static func beginsAsTorrent(_ bytes: [UInt8]) -> Bool {
        bytes.count > 1 && bytes[0] == UInt8(ascii: "d")
            && (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[1])
    }

    /// The error for a malformed torrent from `place`.
    static func error(_ reason: String, in place: String?) -> TorrentError {
        .invalid((place.map { "\($0.onOneLine): " } ?? "") + "the torrent is malformed: \(reason)")
    }

    /// Why `bytes` are unusable. `words` is the parser's message.
    static func reason(_ bytes: [UInt8], parserSays words: String?) -> String {
        if bytes.isEmpty { return "it is empty. Download or copy it again" }
        if beginsAsTorrent(bytes), let words { return reason(inParser: words, size: bytes.count) }
        if let archive = archives.first(where: { bytes.starts(with: $0.start) }) {
            return "it is \(archive.name). Unpack it, and give the .torrent inside"
        }
        let start = bytes.prefix(4096)
        guard let text = text(start) else {
            let digits = start.prefix(4).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
            return """
                it is not a torrent: it begins with the bytes \(digits.joined(separator: " ")). Give the \
                .torrent itself
                """
        }
        return reason(inText: text)
    }

    private static let archives: [(start: [UInt8], name: String)] = [
        (Array("PK\u{3}\u{4}".utf8), "a zip archive"),
        (Array("PK\u{5}\u{6}".utf8), "a zip archive"),
        ([0xFD] + "7zXZ".utf8, "compressed with xz"), (Array("BZh".utf8), "compressed with bzip2"),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd"),
        ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive"),
        (Array("Rar!".utf8), "a rar archive"),
    ]

    /// The bytes as text if they are UTF-8. A character may be truncated at the end.
    private static func text(_ start: ArraySlice<UInt8>) -> String? {
        for cut in 0...3 {
            guard let text = String(validating: start.dropLast(cut), as: UTF8.self) else {
                continue
            }
            let isPlain = !text.unicodeScalars.contains {
                $0.value < 0x20 && !"\t\r\n".unicodeScalars.contains($0)
            }
            return isPlain ? text.trimmed : nil
        }
        return nil
    }

    private static func reason(inText text: String) -> String {
        let lowercased = text.lowercased()
        if lowercased.hasPrefix("magnet:") {
            return """
                it is not a torrent, but contains a magnet link. Give the link itself, in single quotes, \
                instead of the file
                """
        }
        if lowercased.hasPrefix("<"),
            lowercased.contains("<html") || lowercased.hasPrefix("<!doctype")
        {
            return """
                it is a web page (HTML)\(title(of: text)), not a torrent: perhaps a login or an error. Open \
                its URL in a browser, and give the URL of the .torrent itself
                """
        }
        if lowercased.hasPrefix("version https://git-lfs") {
            return "it is a Git LFS pointer, not the torrent itself. Run 'git lfs pull'"
        }
        let kind =
            switch text.first {
            case "<": "XML"
            case "{", "[": "JSON"
            default: "text"
            }
        return """
            it is \(kind), not a torrent; it begins with '\(text.excerpt(80))'. Give the .torrent itself
            """
    }

    private static func title(of page: String) -> String {
        guard let start = page.firstRange(of: "<title>") ?? page.firstRange(of: "<TITLE>"),
            case let title = page[start.upperBound...].prefix(while: { $0 != "<" }).trimmed,
            !title.isEmpty
        else { return "" }
        return " with the title '\(title.excerpt(60))'"
    }

    private static func reason(inParser words: String, size: Int) -> String {
        if words.contains("unexpected end of file") {
            return "it is truncated after \(ByteCount(Int64(size))). Download or copy it again"
        }
        return words
    }
}
