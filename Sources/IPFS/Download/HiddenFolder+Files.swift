import LinuxSystem
import Origins
import SystemPackage

extension HiddenFolder {
    /// Where the file at `path` of the data is until it is complete.
    func place(of path: FilePath) -> FilePath {
        self.path.appending(PartialFile.stem(of: path.string))
    }

    /// Bytes that are allocated for files in the folder.
    var allocated: Int64 {
        FolderTree(path).names().reduce(0) {
            $0 + (FileStatus(withoutFollowing: path.pushing($1))?.held ?? 0)
        }
    }
}
