import CLibtorrent
import Glibc
import SystemPackage

/// The description of a new torrent.
public struct Publication: Sendable {
    /// The absolute path of the file or folder.
    public var path: FilePath
    /// The torrent's name. nil for the name of the file or folder.
    public var name: String?
    /// The trackers, one tier each (BEP 12).
    public var trackers: [RemoteURL] = []
    /// Web servers with the same data (BEP 19).
    public var webSeeds: [RemoteURL] = []
    /// Peers come only from the trackers (BEP 27).
    public var isPrivate = false
    /// Version 1 only (BEP 3), for programs that do not support hybrids with version 2 (BEP 52).
    public var isV1Only = false
    /// A comment in the torrent. nil for none.
    public var comment: String?
    /// In seconds since 1970. nil for none, so that the same data gives the same torrent.
    public var creationDate: Int64?

    /// A public hybrid torrent of the file or folder at `path`, without trackers and web seeds.
    public init(path: FilePath) {
        self.path = path
    }

    /// Reads and hashes all of the data. `progress` receives the fraction that is done, from 0 to 1. `say`
    /// prints a line for the user.
    public func makeTorrent(
        progress: (Double) -> Void, say: (String) -> Void
    ) throws(TorrentError) -> TorrentParameters {
        let scan = try ContentScan(path)
        guard scan.size > 0 else {
            throw .invalid("\(path) contains no data: a torrent needs at least one byte")
        }
        if let warning = Self.warning(of: scan.emptyFolders) { say("warning: \(warning)") }
        guard let ownName = path.lastComponent?.string else {
            throw .invalid(
                "\(path) cannot be the name of a torrent: publish a folder in it")
        }
        var error = pierdat_error()
        let made = withoutActuallyEscaping(progress) { progress in
            var report = progress
            return withUnsafeMutablePointer(to: &report) { report in
                withBlueprint(name: name ?? ownName, of: scan) { blueprint in
                    pierdat_create(
                        blueprint, report,
                        { context, pieces, total in
                            guard let context, total > 0 else { return }
                            context.assumingMemoryBound(to: ((Double) -> Void).self)
                                .pointee(Double(pieces) / Double(total))
                        }, &error)
                }
            }
        }
        guard let made else {
            if let shortage = error.shortage { throw shortage }
            throw error.code > 0
                ? .noInput("cannot read \(path): \(error.text)")
                : .invalid("cannot create a torrent: \(error.text)")
        }
        return TorrentParameters(takingOver: made)
    }

    /// The warning about empty folders that are left out. nil if there are none.
    private static func warning(of folders: [FilePath]) -> String? {
        guard let first = folders.first else { return nil }
        let rest = "A torrent contains only files: put a file into each folder that you need"
        return folders.count == 1
            ? "the empty folder \(first) is left out. \(rest)"
            : "\(folders.count) empty folders are left out, \(first) among them. \(rest)"
    }

    private func withBlueprint<Result>(
        name: String, of scan: ContentScan,
        _ body: (UnsafePointer<pierdat_blueprint>) -> Result
    ) -> Result {
        CStrings.with(trackers.map(\.text)) { trackers in
            CStrings.with(webSeeds.map(\.text)) { webSeeds in
                CStrings.with([path.string, name] + (comment.map { [$0] } ?? [])) { texts in
                    scan.withSources { sources in
                        var blueprint = pierdat_blueprint(
                            path: texts[0], sources: sources.baseAddress,
                            source_count: sources.count, name: texts[1],
                            piece_length: CInt(PieceLength.chosen(forSize: scan.size)),
                            trackers: trackers.baseAddress, tracker_count: trackers.count,
                            web_seeds: webSeeds.baseAddress, web_seed_count: webSeeds.count,
                            is_private: isPrivate, is_v1_only: isV1Only,
                            comment: texts.count > 2 ? texts[2] : nil,
                            creation_date: creationDate ?? 0,
                            threads: CInt(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN))))
                        return body(&blueprint)
                    }
                }
            }
        }
    }
}

extension ContentScan {
    /// The entries as C structures, valid during the call.
    fileprivate func withSources<Result>(
        _ body: (UnsafeBufferPointer<pierdat_source>) -> Result
    ) -> Result {
        CStrings.with(entries.map(\.path.string)) { paths in
            CStrings.with(entries.map { $0.link?.string ?? "" }) { links in
                let sources = entries.indices.map { index in
                    pierdat_source(
                        path: paths[index], size: entries[index].size,
                        is_executable: entries[index].isExecutable,
                        link: entries[index].link == nil ? nil : links[index])
                }
                return sources.withUnsafeBufferPointer(body)
            }
        }
    }
}
