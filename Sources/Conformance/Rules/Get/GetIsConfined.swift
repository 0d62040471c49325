import LinuxSystem
import SystemPackage

extension Rule {
    /// A get works if the kernel denies every write outside DEST, the state and TMPDIR.
    static let getIsConfined = Rule("get-writes-nowhere-else", .get) {
        examination throws(Obstacle) in
        _ = try examination.reference
        let sandbox = examination.sandbox
        sandbox.clear()
        var request = Examination.Request()
        request.writing = .only(below: [
            sandbox.destination, sandbox.state, sandbox.temporary, sandbox.manifest,
        ])
        // The kernel allows writes only below folders that exist.
        do throws(Errno) {
            try Folder.make(sandbox.destination)
            try Folder.make(sandbox.state)
        } catch {
            throw .failed("cannot prepare \(sandbox.folder)", error)
        }
        let seen = try examination.get(request).observation
        guard seen.isSuccess else {
            return .broken(
                "get \(seen.ending) when every write outside DEST, the state and TMPDIR was denied"
                    + seen.lastWords,
                asked: "It must write nothing outside DEST and PREFIX/var/lib/pierdat")
        }
        return .passed("get needs to write only to DEST, the state and TMPDIR")
    }
}
