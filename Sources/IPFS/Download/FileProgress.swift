import SystemPackage

/// A file of more than one block that is being verified or written.
struct FileProgress {
    /// Relative to the data.
    let path: FilePath
    let node: FileNode
    var target: TargetFile
    /// Grows when the file begins again.
    var round = 0
    /// Parts whose blocks are missing.
    var pending = 0
    /// Bytes that are verified.
    var done: Int64 = 0

    init(_ path: FilePath, _ node: FileNode, _ target: TargetFile) {
        self.path = path
        self.node = node
        self.target = target
    }

    /// The bytes that still have to be written.
    var missing: Int64 { target.isWritable ? max(0, node.size - target.allocated) : 0 }
}
