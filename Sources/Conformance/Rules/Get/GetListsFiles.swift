import SystemPackage

extension Rule {
    private static let asked =
        "A manifest has the path below DEST of every file of the data, each followed by a NUL"

    /// The manifest, if get writes one, lists the files of the data.
    static let getListsFiles = Rule("get-lists-files", .get) { examination throws(Obstacle) in
        let delivery = try examination.reference
        guard !delivery.manifest.isEmpty else {
            return .notApplicable("get wrote no manifest, which is optional")
        }
        guard delivery.manifest.last == 0 else {
            return .broken("the manifest does not end with a NUL", asked: asked)
        }
        var listed: Set<FilePath> = []
        for bytes in delivery.manifest.split(separator: 0) {
            let path = FilePath(platformString: bytes.map(CChar.init(bitPattern:)) + [0])
            let shown = path.shown.excerpt(80)
            guard path.isRelative, !path.components.contains(where: { $0.kind != .regular }) else {
                return .broken("the manifest has the path '\(shown)'", asked: asked)
            }
            guard delivery.data.entries[path] != nil else {
                return .broken("the manifest has '\(shown)', which is not in DEST", asked: asked)
            }
            listed.insert(path)
        }
        if let missing = delivery.data.files.first(where: { !listed.contains($0) }) {
            return .broken(
                "the manifest does not have '\(missing.shown.excerpt(80))'", asked: asked)
        }
        return .passed(
            "the manifest has \(delivery.data.files.count.counted("file")), which is all")
    }
}
