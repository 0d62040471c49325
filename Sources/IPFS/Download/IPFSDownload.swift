import BitTorrent
import Digest
import LinuxSystem
import Origins
import SystemPackage

/// Gets a file or folder from IPFS gateways, each block verified by its CID, and makes the torrent by which it is
/// seeded.
public struct IPFSDownload {
    /// Data that is complete, and the saved torrent by which it is seeded.
    public struct Result: Sendable {
        /// The folder that contains the data.
        public let folder: FilePath
        /// The files and folders of the data, relative to the folder.
        public let paths: [FilePath]
        /// The digest of a single file. nil for a folder.
        public let digest: ContentDigest?
        /// The path of the saved torrent. nil for data without a byte, which has none.
        public let torrent: FilePath?
    }

    /// What is wanted.
    public var uri: IPFSURI
    /// The digest that the file must have, besides what the CID says. nil if none is known.
    public var digest: ContentDigest?
    /// The gateways to ask, in the order of preference.
    public var gateways: [Gateway]
    /// What some gateways want to see.
    public var secrets = RequestSecrets()
    /// The patterns of the files of a folder that are wanted, one a line. nil for all files.
    public var selection: String?
    private let store: TorrentStore
    private let configuration: EngineConfiguration

    /// The data of `uri`, from gateways.
    public init(
        _ uri: IPFSURI, from gateways: [Gateway], store: TorrentStore,
        configuration: EngineConfiguration
    ) {
        self.uri = uri
        digest = uri.digest
        self.gateways = gateways
        self.store = store
        self.configuration = configuration
    }

    /// Puts the data into `folder`. On failure, what is verified is kept for the next run.
    public func get(into folder: FilePath) throws(TorrentError) -> Result {
        try store.checkWritable()
        let interruption = try Interruption()
        let destination = try SaveFolder(preparing: folder)
        var reporter = ProgressReporter()
        let key = "ipfs \(uri.contentPath) \(uri.name)"
        let work = try HiddenFolder(in: destination.path, key: key)
        let start = ContinuousClock.now
        let walk: DagWalk
        do throws(TorrentError) {
            walk = try self.walk(.get(work), in: destination, interruption)
            try walk.run()
            walk.metered.update([.webSeeds: walk.received], isLast: true)
        } catch {
            work.removeIfEmpty()
            throw error
        }
        work.remove()
        if walk.received > 0 {
            reporter.sayTotals(of: walk.known, received: walk.received, after: .now - start)
        } else {
            reporter.say("all of the data is there already and verified")
        }
        return try finish(walk, reporter)
    }

    /// Verifies existing data, at `path` or in the folder `path`. Gets only the blocks that tell how the data is
    /// divided, and no data as long as it is right.
    public func verify(at path: FilePath) throws(TorrentError) -> Result {
        let folder = try SaveFolder(holding: uri.name.text, at: path)
        let place = folder.path.appending(uri.name.text)
        guard FileStatus(withoutFollowing: place) != nil else {
            throw .invalid("the data is missing: there is no \(place)")
        }
        try store.checkWritable()
        let interruption = try Interruption()
        let walk = try walk(.verify, in: folder, interruption)
        try walk.run()
        return try finish(walk, ProgressReporter())
    }

    private func walk(
        _ goal: DagWalk.Goal, in folder: SaveFolder, _ interruption: Interruption
    ) throws(TorrentError) -> DagWalk {
        try configuration.prepareForRequests()
        let fetcher: BlockFetcher
        do throws(Errno) {
            fetcher = try BlockFetcher(gateways, secrets, configuration)
        } catch {
            throw .cannotWait(error)
        }
        let walk = try DagWalk(
            uri, goal, in: folder, fetcher: fetcher, configuration: configuration,
            interruption: interruption)
        walk.digest = digest
        walk.selection = selection.flatMap { EntrySelection($0, in: uri.name.text) }
        return walk
    }
}

// MARK: The torrent

extension IPFSDownload {
    private func finish(
        _ walk: DagWalk, _ reporter: ProgressReporter
    ) throws(TorrentError) -> Result {
        var reporter = reporter
        if let first = walk.tree.links.first {
            let count = walk.tree.links.count
            reporter.say(
                "warning: the symbolic link \(first)\(count > 1 ? " and \(count - 1) more are" : " is") left out"
            )
        }
        var found: ContentDigest?
        if walk.isFolder {
            guard digest == nil else {
                throw .invalid(
                    "\(uri.contentPath) is a folder, and the digest that was given is that of a file"
                )
            }
            try walk.tree.checkNothingElse(in: walk.root)
        } else {
            let digest = try FileDigest.compute(
                digest?.algorithm ?? .sha256, of: walk.root, walk.interruption)
            guard self.digest == nil || self.digest == digest else {
                throw .invalid("\(walk.root) does not have the digest that was given")
            }
            found = digest
        }
        let torrent = try walk.known == 0 ? nil : torrent(of: walk, reporter)
        torrent?.digest = found
        return Result(
            folder: walk.folder.path, paths: walk.tree.paths.map { walk.path(of: $0) },
            digest: found,
            torrent: try torrent.map { torrent throws(TorrentError) in try store.save(torrent) })
    }

    private func torrent(
        of walk: DagWalk, _ reporter: ProgressReporter
    ) throws(TorrentError) -> TorrentParameters {
        let publication = Publication(canonical: walk.root)
        let result = try BackgroundWork.run(walk.interruption) {
            Swift.Result { () throws(TorrentError) in
                try publication.makeTorrent(
                    progress: { _ in }, say: { StandardError.say($0, by: "pierdat") })
            }
        }
        return try result.get()
    }
}

extension DagWalk {
    /// The path of a file or folder of the data, relative to the folder that contains the data.
    fileprivate func path(of file: FilePath) -> FilePath {
        FilePath(uri.name.text).pushing(file)
    }
}
