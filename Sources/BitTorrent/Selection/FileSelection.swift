import LinuxSystem
import SystemPackage

/// The files of a torrent that the user wants.
public struct FileSelection: Equatable, Sendable {
    private enum Choice: Equatable, Sendable {
        case globs([Glob])
        case indexes(FileIndexes)
    }

    private let choice: Choice

    /// Parses one glob per line. nil if a line is not a glob or there are none.
    public init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline)
        let globs = lines.compactMap { Glob(String($0)) }
        guard !globs.isEmpty, globs.count == lines.count else { return nil }
        choice = .globs(globs)
    }

    /// The selection of a magnet link (BEP 53).
    init(_ indexes: FileIndexes) {
        choice = .indexes(indexes)
    }

    /// Selects the files, none while the metadata is missing. `say` prints a line for the user.
    func apply(
        to parameters: TorrentParameters, say: (String) -> Void
    ) throws(TorrentError) {
        let files = parameters.files
        parameters.select(
            files.isEmpty ? [] : try wanted(of: files, in: parameters.summary.name, say: say))
    }

    /// A flag for each of the files at `paths` below the folder `root`, at least one of them true. Throws if a
    /// pattern matches no file.
    package func wanted(ofPaths paths: [String], in root: String) throws(TorrentError) -> [Bool] {
        let files = paths.map {
            TorrentFile(
                path: FilePath(root).pushing(FilePath($0)), size: 0, isPadding: false,
                isWanted: true)
        }
        return try wanted(of: files, in: root, say: { _ in })
    }

    /// A flag for each of `files`, at least one of them true. Globs match paths below the torrent's
    /// folder, with or without its name. Throws if a glob matches no file, or no index exists.
    func wanted(
        of files: [TorrentFile], in root: String, say: (String) -> Void
    ) throws(TorrentError) -> [Bool] {
        switch choice {
        case .globs(let globs): try Self.wanted(globs, of: files, in: root)
        case .indexes(let indexes): try Self.wanted(indexes, of: files, in: root, say: say)
        }
    }

    private static func wanted(
        _ globs: [Glob], of files: [TorrentFile], in root: String
    ) throws(TorrentError) -> [Bool] {
        var isUsed = globs.map { _ in false }
        var wanted: [Bool] = []
        for file in files {
            var isWanted = false
            let below = file.path(below: root)
            for (index, glob) in globs.enumerated()
            where !file.isPadding && (glob.matches(below) || glob.matches(file.path.string)) {
                isUsed[index] = true
                isWanted = true
            }
            wanted.append(isWanted)
        }
        if let unused = isUsed.firstIndex(of: false) {
            let names = list(files.lazy.filter { !$0.isPadding }.map { $0.path(below: root) })
            throw .invalid(
                "no file matches '\(globs[unused])'. The files are:\(names)")
        }
        return wanted
    }

    private static func wanted(
        _ indexes: FileIndexes, of files: [TorrentFile], in root: String, say: (String) -> Void
    ) throws(TorrentError) -> [Bool] {
        let wanted = zip(indexes.flags(count: files.count), files).map { $0 && !$1.isPadding }
        guard wanted.contains(true) else {
            let names = list(
                files.enumerated().lazy.filter { !$1.isPadding }
                    .map { "\($0): \($1.path(below: root))" })
            throw .invalid(
                """
                so=\(indexes) in the magnet link selects no file of the torrent. Remove so= to download \
                everything, or select from these:\(names)
                """)
        }
        if let missing = indexes.first(beyond: files.count) {
            say(
                """
                warning: so=\(indexes) in the magnet link selects file \(missing), but the last file of \
                the torrent is \(files.count - 1)
                """)
        }
        return wanted
    }

    /// The first names, one per line.
    private static func list(_ names: some Collection<some StringProtocol>) -> String {
        let shown = 10
        let lines = names.prefix(shown).map { "\n  \(String($0).onOneLine)" }.joined()
        let more = names.count > shown ? "\n  and \(names.count - shown) more" : ""
        return lines + more
    }
}

extension TorrentFile {
    /// The path without the torrent's own folder, whose name may contain a slash. For a single
    /// file, its name.
    fileprivate func path(below root: String) -> String {
        var below = path
        return below.removePrefix(FilePath(root)) && !below.isEmpty ? below.string : path.string
    }
}
