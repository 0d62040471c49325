import BitTorrent
import LinuxSystem
import SystemPackage

/// The files of a folder that the user wants.
struct EntrySelection {
    private let globs: [Glob]
    private let root: String
    private var isUsed: [Bool]
    /// The first files that were seen, for the message.
    private var seen: [String] = []
    private var seenCount = 0

    private static let shown = 10

    /// The globs of `pierdat --select`, one a line, for the data with the name `root`.
    init?(_ text: String, in root: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        globs = lines.compactMap { Glob(String($0)) }
        guard !globs.isEmpty, globs.count == lines.count else { return nil }
        isUsed = globs.map { _ in false }
        self.root = root
    }

    /// True if the file at `path`, relative to the data, is wanted. Called once for each file, unless
    /// ``leavesOut(_:)`` has returned true.
    mutating func wants(_ path: FilePath) -> Bool {
        note(path)
        let matching = matching(path)
        for index in matching { isUsed[index] = true }
        return !matching.isEmpty
    }

    /// True if the file at `path` is not wanted.
    mutating func leavesOut(_ path: FilePath) -> Bool {
        guard matching(path).isEmpty else { return false }
        note(path)
        return true
    }

    /// The globs that match, by number.
    private func matching(_ path: FilePath) -> [Int] {
        let below = path.isEmpty ? root : path.string
        return globs.indices.filter {
            globs[$0].matches(below) || globs[$0].matches("\(root)/\(below)")
        }
    }

    private mutating func note(_ path: FilePath) {
        seenCount += 1
        if seen.count < Self.shown { seen.append(path.isEmpty ? root : path.string) }
    }

    /// Throws if a glob has matched no file.
    func check() throws(TorrentError) {
        guard let unused = isUsed.firstIndex(of: false) else { return }
        let names = seen.map { "\n  \($0.onOneLine)" }.joined()
        let more = seenCount > seen.count ? "\n  and \(seenCount - seen.count) more" : ""
        throw .invalid("no file matches '\(globs[unused])'. The files are:\(names)\(more)")
    }
}
