import BackendContract
import LinuxSystem
import SeedList
import SystemPackage

extension Installation {
    /// The seed list, after a check that it can be written. Call this before a download, so that it is not wasted.
    func writableSeedList() throws(Failure) -> SeedListFile {
        try writableList(seedList, .seed)
    }

    /// The same for the list at `path`.
    func writableList(_ path: FilePath, _ kind: SeedListFile.Kind) throws(Failure) -> SeedListFile {
        try prepareStateFolder()
        let list = SeedListFile(path, kind)
        do throws(SeedListError) {
            try list.checkWritable()
        } catch {
            throw Failure(.cannotWrite, "\(error)\(advice(on: error))")
        }
        return list
    }

    /// Creates the state folder if it is missing. Throws if it is not a folder that this user may write.
    func prepareStateFolder() throws(Failure) {
        guard let stateFolder else { return }
        do throws(Errno) {
            try Folder.make(stateFolder)
            try Folder.checkWritable(stateFolder)
        } catch {
            throw Failure(
                .cannotWrite,
                """
                cannot write the state folder \(stateFolder): \(error). PIERDAT_STATE must be a folder \
                that this user may write, for example on a volume
                """)
        }
    }

    /// What to do where the list cannot be written because the file system is read-only.
    private func advice(on error: SeedListError) -> String {
        guard stateFolder == nil, case .cannotWrite(_, let cause, _) = error,
            [.readOnlyFileSystem, .permissionDenied].contains(cause)
        else { return "" }
        return ". Set PIERDAT_STATE to a folder that this user may write"
    }
}
