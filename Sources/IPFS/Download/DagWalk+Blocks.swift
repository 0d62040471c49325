import BitTorrent
import LinuxSystem
import SystemPackage

/// What follows from a block.
extension DagWalk {
    func handle(_ outcome: BlockOutcome, of task: BlockTask) throws(TorrentError) {
        switch outcome {
        case .failed(let failure):
            if case .http(.noResource(let shortage)) = failure { throw .noResource(shortage) }
            if failure != .cancelled { try takeArchive(task) }
        case .archived: try takeArchive(task)
        case .storage(let path, let error): throw storageError(path, error)
        case .unusable(let error):
            throw .invalid("\(uri.contentPath): \(name(of: task)): \(error)")
        case .differs:
            if case .part(let part) = task.purpose { try beginAgain(part.file) }
        case .present(let size):
            progress += max(1, size)
            try takePresent(size, task)
        case .node(let node, let received):
            self.received += received
            progress += max(1, received)
            try take(node, task)
        }
    }

    private func takePresent(_ size: Int64, _ task: BlockTask) throws(TorrentError) {
        switch task.purpose {
        case .entry(let path, _):
            guard selection?.wants(path) ?? true else { return }
            known += size
            done += size
            tree.add(file: path)
        case .part(let part): try finish(part, size)
        case .path, .shard, .archive: break
        }
    }

    /// The archive of a folder has arrived, as far as a gateway has one.
    private func takeArchive(_ task: BlockTask) throws(TorrentError) {
        if case .archive(let path, let node) = task.purpose { try pushContents(node, in: path) }
    }

    private func take(_ node: UnixFSNode, _ task: BlockTask) throws(TorrentError) {
        switch (task.purpose, node) {
        case (.path(let names, let position), _): try follow(names, position, node)
        case (.entry(let path, let existing), .file(let file)):
            try begin(file, at: path, existing)
        case (.entry(let path, _), .folder(let links)):
            try enter(path, task, node, links.map(\.cid), announcing: links.totalSize)
        case (.entry(let path, _), .shard(let shard)):
            try enter(path, task, node, shard.cids, announcing: shard.totalSize)
        case (.entry(let path, _), .link):
            guard !path.isEmpty else {
                throw .invalid("\(uri.contentPath) is a symbolic link, which is not downloaded")
            }
            tree.add(link: path)
        case (.shard(let path, let position), .shard(let shard)):
            try push(shard, at: position, in: path)
        case (.shard(let path, _), _):
            throw .invalid("\(uri.contentPath): the sharded folder \(path) is malformed")
        case (.part(let part), .file(let file)): try proceed(file, at: part)
        case (.part, _), (.archive, _): break
        }
    }

    /// What a task is about, for a message.
    private func name(of task: BlockTask) -> String {
        switch task.purpose {
        case .entry(let path, _), .shard(let path, _):
            path.isEmpty ? "the block \(task.cid)" : "\(path)"
        case .part(let part):
            "the block \(task.cid) of \(open[part.file].map { "\($0.path)" } ?? "a file")"
        case .path, .archive: "the block \(task.cid)"
        }
    }

    func storageError(_ path: FilePath, _ error: Errno) -> TorrentError {
        switch error {
        case .noSpace, .diskQuotaExceeded:
            .noSpace(
                needed: max(1, open.values.reduce(0) { $0 + $1.missing }), available: 0,
                folder: folder.path)
        default: .shortage(error) ?? .cannotWrite(path, error)
        }
    }
}
