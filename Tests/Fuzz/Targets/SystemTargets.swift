import SystemPackage

@testable import BitTorrent
@testable import LinuxSystem

extension FuzzTarget {
    /// Netlink messages: a gain is still reported, whatever follows it.
    static let netlink = FuzzTarget("network-news") { bytes throws(BrokenPromise) in
        let isGain = NetlinkMonitor.isGain(bytes[...])
        let isGainInPart = NetlinkMonitor.isGain(bytes[..<(bytes.count / 2)])
        try BrokenPromise.unless(isGain || !isGainInPart, "a gain is lost")
    }

    /// /proc/PID/stat: the parent is found behind any process name.
    static let processParent = FuzzTarget("process-parent") { bytes throws(BrokenPromise) in
        _ = ProcessTable.parent(inStat: bytes[...])
        let stat = Array("12 (".utf8) + bytes.prefix(64) + Array(") S 34 56 78".utf8)
        let parent = ProcessTable.parent(inStat: stat[...])
        try BrokenPromise.unless(parent == 34, "its parent is \(parent ?? 0)")
    }

    /// The mount table: any path is decoded correctly.
    static let mountTable = FuzzTarget("mount-table") { bytes throws(BrokenPromise) in
        _ = MountTable(parsing: bytes)
        let name = bytes.prefix { $0 != 0 }
        let path = FilePath(platformString: ([0x2F] + name).map(CChar.init(bitPattern:)) + [0])
        let escaped = ([0x2F] + name).flatMap { byte -> [UInt8] in
            guard [0x20, 0x09, 0x0A, 0x5C].contains(byte) else { return [byte] }
            let octal = String(byte, radix: 8)
            return Array(("\\" + String(repeating: "0", count: 3 - octal.count) + octal).utf8)
        }
        let line = Array("1 0 0:4 / ".utf8) + escaped + Array(" rw - tmpfs - rw\n".utf8)
        let point = MountTable(parsing: line).mounts.first?.point
        try BrokenPromise.unless(point == path, "\(path) is read as \(point ?? "nothing")")
    }

    /// What somebody says: the user information of a URL behind it is hidden, whatever it is, and hiding it
    /// again changes nothing.
    static let redaction = FuzzTarget("redaction") { bytes throws(BrokenPromise) in
        let hidden = Redaction.bytes(bytes[...])
        try BrokenPromise.unless(Redaction.bytes(hidden) == hidden, "it is hidden twice")
        let url = (bytes + Array(" http://user:secret@h/".utf8))[...]
        try BrokenPromise.unless(
            Redaction.bytes(url).elementsEqual(Array(hidden) + " http://***@h/".utf8),
            "a URL after it is shown as \(String(showing: Array(Redaction.bytes(url))))")
        let text = String(decoding: bytes, as: UTF8.self)
        let shown = Redaction.uri(text)
        try BrokenPromise.unless(
            Redaction.uri(shown).isIdentical(to: shown), "'\(shown)' is hidden twice")
        let target = Redaction.target(text, hasUser: true)
        try BrokenPromise.unless(
            Redaction.target(target, hasUser: true) == target, "'\(target)' is hidden twice")
    }

    /// A name in a cache: only names that we give are recognized as ours.
    static let cacheName = FuzzTarget("cache-name") { bytes throws(BrokenPromise) in
        let path = FilePath(
            platformString: bytes.prefix { $0 != 0 }.map(CChar.init(bitPattern:)) + [0])
        guard let name = OwnName(path) else { return }
        let digits = path.string.utf8.reversed().prefix { $0 &- 0x30 < 10 }.count
        let pid = path.string.utf8.suffix(digits).map { Character(UnicodeScalar($0)) }
        let names = ["\(name.key)", "\(name.key).torrent", "\(name.key).lock"]
        let unfinished = ".\(name.key).torrent." + String(pid)
        try BrokenPromise.unless(
            names.contains(path.string) || (digits > 0 && path.string == unfinished),
            "\(path) is recognized as ours")
        try BrokenPromise.unless(name.isLock == (path.string == names[2]), "\(path) is a lock")
    }
}
