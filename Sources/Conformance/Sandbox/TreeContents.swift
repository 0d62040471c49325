import Digest
import Glibc
import LinuxSystem
import SystemPackage

/// Everything below a folder: names, contents, and the attributes that become part of an image's layer.
struct TreeContents: Equatable {
    /// One file, folder or link.
    struct Entry: Equatable {
        let kind: FileStatus.Kind
        let mode: mode_t
        /// The modification time, of a file only.
        let written: Int64
        let size: Int64
        /// The digest of a file, or where a link leads. nil if it cannot be read.
        let content: String?
    }

    /// The entries by their path below the folder.
    private(set) var entries: [FilePath: Entry] = [:]

    /// Reads the tree at `root`. Empty if that does not exist. Only the paths for which `isWanted` returns true.
    init(of root: FilePath, where isWanted: (FilePath) -> Bool = { _ in true }) {
        FolderTree(root).visit { file in
            guard !file.path.isEmpty, isWanted(file.path) else { return }
            entries[file.path] = Self.entry(file, at: root.pushing(file.path))
        }
    }

    private static func entry(_ file: FileInTree, at path: FilePath) -> Entry {
        let status = file.status
        let content: String? =
            switch status.kind {
            case .file: digest(of: path).map { "\($0)" }
            case .link: target(of: path)
            case .folder, .other: nil
            }
        return Entry(
            kind: status.kind, mode: status.mode,
            written: status.kind == .file ? status.written : 0,
            size: status.kind == .file ? status.size : 0, content: content)
    }

    /// The SHA-256 of a file. nil if it cannot be read.
    static func digest(
        of path: FilePath, _ algorithm: ContentDigest.Algorithm = .sha256
    ) -> ContentDigest? {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        guard
            let file = try? OwnedDescriptor(
                takingOver: path.withPlatformString { open($0, flags) })
        else { return nil }
        return withExtendedLifetime(file) {
            try? ContentDigest(algorithm, of: FileDescriptor(rawValue: file.rawValue))
        }
    }

    private static func target(of link: FilePath) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = link.withPlatformString { readlink($0, &buffer, buffer.count) }
        return count >= 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// The regular files, sorted.
    var files: [FilePath] {
        entries.filter { $0.value.kind == .file }.keys.sorted { $0.string < $1.string }
    }

    /// The size of all files in bytes.
    var size: Int64 { entries.values.reduce(0) { $0 + $1.size } }

    /// The paths at which the two trees differ.
    func differing(from other: TreeContents) -> Set<FilePath> {
        Set(entries.keys).union(other.entries.keys).filter { entries[$0] != other.entries[$0] }
    }

    /// The tree without these paths.
    func without(_ paths: Set<FilePath>) -> TreeContents {
        var contents = self
        contents.entries = entries.filter { !paths.contains($0.key) }
        return contents
    }

    /// The first difference in names or contents, in words. nil if there is none. `attributes`: also in
    /// permissions and times.
    func difference(from other: TreeContents, attributes: Bool = false) -> String? {
        let paths = Set(entries.keys).union(other.entries.keys).sorted { $0.string < $1.string }
        for path in paths {
            let name = "'\(path.shown.excerpt(80))'"
            switch (other.entries[path], entries[path]) {
            case (nil, _?): return "\(name) is new"
            case (_?, nil): return "\(name) is missing"
            case (let before?, let now?):
                if before.kind != now.kind { return "\(name) is of another kind" }
                if before.size != now.size {
                    return "\(name) has \(now.size) instead of \(before.size) bytes"
                }
                if before.content != now.content { return "\(name) has another content" }
                if attributes, before.mode != now.mode { return "\(name) has another mode" }
                if attributes, before.written != now.written {
                    return "\(name) has another time"
                }
            case (nil, nil): continue
            }
        }
        return nil
    }
}
