import BitTorrent
import Glibc
import LinuxSystem
import SystemPackage

/// The way to the data, and the folders in it.
extension DagWalk {
    /// Follows the first of `names` from a node.
    func follow(
        _ names: ArraySlice<String>, _ position: HAMTPosition, _ node: UnixFSNode
    ) throws(TorrentError) {
        guard let name = names.first else { return }
        switch node {
        case .folder(let links):
            guard let link = links.first(where: { $0.name.isIdentical(to: name) }) else {
                throw missing(name)
            }
            pushPath(names.dropFirst(), link.cid)
        case .shard(let shard):
            guard let place = position.place(of: name, bits: shard.bits),
                let child = shard.children[place]
            else { throw missing(name) }
            switch child {
            case .entry(let link) where link.name.isIdentical(to: name):
                pushPath(names.dropFirst(), link.cid)
            case .entry: throw missing(name)
            case .shard(let cid):
                guard let below = position.below(place, bits: shard.bits) else {
                    throw missing(name)
                }
                push(BlockTask(cid, .path(names, below)))
            }
        case .file, .link:
            throw .noInput(
                "\(uri.contentPath): there is no '\(name.excerpt(80))', because what should contain it is no folder"
            )
        }
    }

    private func pushPath(_ names: ArraySlice<String>, _ cid: CID) {
        push(
            BlockTask(
                cid, names.isEmpty ? .entry("", existing: nil) : .path(names, HAMTPosition())))
    }

    private func missing(_ name: String) -> TorrentError {
        .noInput("\(uri.contentPath): the folder has no '\(name.excerpt(80))'. Is the path right?")
    }

    /// A folder of the data begins at `path` with a block that links to these.
    func enter(
        _ path: FilePath, _ task: BlockTask, _ node: UnixFSNode, _ cids: [CID],
        announcing size: Int64
    ) throws(TorrentError) {
        // Of data that is there, only some blocks are needed.
        let isNew = FileStatus(withoutFollowing: root.pushing(path)) == nil
        try enter(path, announcing: size)
        if case .get = goal, isNew, selection == nil,
            fetcher.claimArchive(of: cids, totalSize: size)
        {
            push(BlockTask(task.cid, .archive(path, node)))
        } else {
            try pushContents(node, in: path)
        }
    }

    func pushContents(_ node: UnixFSNode, in path: FilePath) throws(TorrentError) {
        switch node {
        case .folder(let links): try pushEntries(links, in: path)
        case .shard(let shard): try push(shard, at: HAMTPosition(), in: path)
        case .file, .link: break
        }
    }

    private func enter(_ path: FilePath, announcing size: Int64) throws(TorrentError) {
        if path.isEmpty {
            isFolder = true
            announced = size
            try checkSpace(announcing: size)
        }
        // With a selection, only the folders of selected files are made.
        guard selection == nil else { return }
        tree.add(folder: path)
        try makeFolder(path)
    }

    func pushEntries(_ links: [DagPBNode.Link], in path: FilePath) throws(TorrentError) {
        let paths = try tree.paths(of: links.map(\.name), in: path)
        guard Set(paths).count == paths.count else {
            throw .invalid("\(uri.contentPath): the folder '\(path)' has two entries of one name")
        }
        // The last is taken first.
        for (link, path) in zip(links, paths).reversed() {
            // What is raw is a file, and needs no block to be left out.
            if link.cid.codec == .raw, selection?.leavesOut(path) == true { continue }
            push(BlockTask(link.cid, .entry(path, existing: nil)))
        }
    }

    func push(
        _ shard: HAMTShard, at position: HAMTPosition, in path: FilePath
    ) throws(TorrentError) {
        var entries: [DagPBNode.Link] = []
        for (place, child) in shard.children.sorted(by: { $0.key < $1.key }) {
            switch child {
            case .entry(let link):
                guard position.place(of: link.name, bits: shard.bits) == place else {
                    throw .invalid(
                        "\(uri.contentPath): '\(link.name.excerpt(80))' is at a wrong place of the sharded folder"
                    )
                }
                entries.append(link)
            case .shard(let cid):
                try tree.countShard()
                guard let below = position.below(place, bits: shard.bits) else {
                    throw .invalid("\(uri.contentPath): the sharded folder '\(path)' is too deep")
                }
                push(BlockTask(cid, .shard(path, below)))
            }
        }
        try pushEntries(entries, in: path)
    }

    /// Makes the folder at `path` and those above it, up to the data. Follows no link, which could lead out of DEST.
    func makeFolder(_ path: FilePath) throws(TorrentError) {
        guard case .get = goal, !checkedFolders.contains(path) else { return }
        if !path.isEmpty { try makeFolder(path.removingLastComponent()) }
        let place = root.pushing(path)
        switch FileStatus(withoutFollowing: place)?.kind {
        case .folder: break
        case nil:
            guard place.withPlatformString({ mkdir($0, 0o755) }) == 0 else {
                throw storageError(place, Errno(rawValue: errno))
            }
        default: throw .inTheWay("\(place): it is not a folder. Move it, or choose another DEST")
        }
        checkedFolders.insert(path)
    }

    /// Throws early if a folder does not fit, as far as its author tells the truth about its size.
    private func checkSpace(announcing size: Int64) throws(TorrentError) {
        guard case .get(let work) = goal, selection == nil else { return }
        var present = work.allocated
        FolderTree(root).visit { present += $0.status.held }
        try folder.checkSpace(max(0, size - present))
    }
}

extension String {
    /// Compares the bytes. `==` considers the precomposed and the decomposed "é" equal.
    fileprivate func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
