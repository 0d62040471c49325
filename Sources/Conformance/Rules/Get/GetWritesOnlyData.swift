import SystemPackage

extension Rule {
    /// Nothing outside DEST and the state has changed after a get.
    static let getWritesOnlyData = Rule("get-writes-only-data", .get) {
        examination throws(Obstacle) in
        // The first get is repeated here if another rule asked for it, to compare before and after.
        let sandbox = examination.sandbox
        _ = try examination.reference
        sandbox.clear()
        let before = OtherFiles(of: sandbox)
        let delivery = try examination.get()
        guard delivery.observation.isSuccess else {
            throw .notChecked("a second get \(delivery.observation.ending)")
        }
        if let change = OtherFiles(of: sandbox).change(since: before) {
            return .broken(
                change,
                asked: "Only DEST and PREFIX/var/lib/pierdat may be changed; delete temporary files"
            )
        }
        return .passed(
            "get changed nothing in HOME, TMPDIR, its working directory and its installation")
    }
}

/// The folders of a sandbox in which a get must not leave anything.
struct OtherFiles {
    private let folders: [(name: String, contents: TreeContents)]

    init(of sandbox: Sandbox) {
        folders = [
            ("HOME", TreeContents(of: sandbox.home)),
            ("TMPDIR", TreeContents(of: sandbox.temporary)),
            ("the working directory", TreeContents(of: sandbox.work)),
            ("the folder of DEST", TreeContents(besides: sandbox)),
            ("the installation", TreeContents(ofInstallation: sandbox)),
        ]
    }

    /// The first difference, in words. nil if there is none.
    func change(since before: OtherFiles) -> String? {
        for (now, then) in zip(folders, before.folders) {
            if let difference = now.contents.difference(from: then.contents) {
                return "in \(now.name), \(difference)"
            }
        }
        return nil
    }
}

extension TreeContents {
    /// The installation without the state.
    fileprivate init(ofInstallation sandbox: Sandbox) {
        self = TreeContents(of: sandbox.prefix) { !$0.starts(with: "var") }
    }

    /// The names beside DEST.
    fileprivate init(besides sandbox: Sandbox) {
        self = TreeContents(of: sandbox.folder) { $0.components.count == 1 && $0 != "dest" }
    }
}
