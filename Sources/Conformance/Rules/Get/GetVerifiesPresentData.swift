import LinuxSystem
import SystemPackage

extension Rule {
    /// A get over complete data succeeds, and writes none of it again.
    static let getVerifiesPresentData = Rule("get-keeps-present-data", .get) {
        examination throws(Obstacle) in
        let asked = "If data already exists, get must verify it and not download it again"
        let reference = try examination.present()
        let sandbox = examination.sandbox
        let before = FileIdentities(below: sandbox.destination)
        let delivery = try examination.get()
        let seen = delivery.observation
        guard seen.isSuccess else {
            return .broken("over complete data, get \(seen.ending)\(seen.lastWords)", asked: asked)
        }
        if let difference = try examination.difference(of: delivery.data) {
            return .broken("after a second get, \(difference)", asked: asked)
        }
        if delivery.lines.lines != reference.lines.lines {
            return .broken(
                "a second get printed other seed lines",
                asked: "It must print how to seed the data also if that already exists")
        }
        if let file = FileIdentities(below: sandbox.destination).rewritten(since: before) {
            return .broken("a second get wrote '\(file.shown.excerpt(80))' again", asked: asked)
        }
        return .passed("a second get took \(seen.duration.inSeconds), and wrote no data again")
    }
}

/// Which files are below a folder, to notice that one was written again with the same content.
private struct FileIdentities {
    private var files: [FilePath: FileStatus] = [:]

    init(below folder: FilePath) {
        FolderTree(folder).visit { file in
            if file.status.kind == .file { files[file.path] = file.status }
        }
    }

    /// A file that was replaced or written. Its change time also changes with its attributes, which are the same
    /// for a file that pierdat has normalized once.
    func rewritten(since before: FileIdentities) -> FilePath? {
        let changed = files.filter { path, status in
            before.files[path].map { $0.changed != status.changed } ?? true
        }
        return changed.keys.min { $0.string < $1.string }
    }
}
