import LinuxSystem
import SystemPackage

/// The part of a torrent that a user wants.
public struct FileSelection: Equatable, Sendable {
    private let globs: [Glob]

    /// From one glob a line; nil where a line is no glob, or there is none.
    init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        let globs = lines.compactMap { Glob(String($0)) }
        guard !globs.isEmpty, globs.count == lines.count else { return nil }
        self.globs = globs
    }

    /// Chooses the files; none as long as the metadata is missing.
    func apply(to parameters: TorrentParameters) throws(TorrentError) {
        let files = parameters.files
        parameters.select(files.isEmpty ? [] : try wanted(of: files))
    }

    /// Which of `files` are wanted. Globs are matched against paths below the torrent's own folder, with
    /// or without its name in front. Throws where one of them names no file.
    func wanted(of files: [TorrentFile]) throws(TorrentError) -> [Bool] {
        var isUsed = globs.map { _ in false }
        var wanted: [Bool] = []
        for file in files {
            var isWanted = false
            let below = file.pathBelowRoot
            for (index, glob) in globs.enumerated()
            where !file.isPadding && (glob.matches(below) || glob.matches(file.path.string)) {
                isUsed[index] = true
                isWanted = true
            }
            wanted.append(isWanted)
        }
        if let unused = isUsed.firstIndex(of: false) {
            throw Self.noMatch(globs[unused], files)
        }
        return wanted
    }

    private static func noMatch(_ glob: Glob, _ files: [TorrentFile]) -> TorrentError {
        let shown = 10
        let real = files.filter { !$0.isPadding }
        let names = real.prefix(shown).map { "\n  \($0.pathBelowRoot.onOneLine)" }.joined()
        let more = real.count > shown ? "\n  and \(real.count - shown) more" : ""
        return .invalid("no file of the torrent matches '\(glob)'. It has:\(names)\(more)")
    }
}

extension TorrentFile {
    /// The path without the name of the torrent's own folder; that of a torrent's only file is its name.
    fileprivate var pathBelowRoot: String {
        let components = path.components
        guard components.count > 1 else { return path.string }
        return FilePath(root: nil, components.dropFirst()).string
    }
}
