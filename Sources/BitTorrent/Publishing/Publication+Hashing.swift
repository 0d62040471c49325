import CLibtorrent
import Glibc
import SystemPackage

extension Publication {
    /// Returns nil if `wait` returned false. `wait` is as in ``makeTorrent(of:progress:)``, nil if the
    /// data is complete.
    func create(
        _ scan: ContentScan, progress: (Double) -> Void, wait: ((Int64) -> Bool)?
    ) throws(TorrentError) -> TorrentParameters? {
        guard scan.size > 0 else {
            throw .invalid("\(path) contains no data: a torrent needs at least one byte")
        }
        let torrentName = try checkedName()
        var error = pierdat_error()
        let (made, isCancelled) = HashingCallbacks.with(progress: progress, wait: wait) {
            callbacks in
            withBlueprint(name: torrentName, of: scan, waits: wait != nil) { blueprint in
                pierdat_create(
                    blueprint, callbacks,
                    { HashingCallbacks.at($0).pointee.report($1, of: $2) }, &error)
            }
        }
        if let made { return TorrentParameters(takingOver: made) }
        guard !isCancelled else { return nil }
        if let shortage = error.shortage { throw shortage }
        throw error.code > 0
            ? .noInput("cannot read \(path): \(error.text)")
            : .invalid("cannot create a torrent: \(error.text)")
    }

    private func checkedName() throws(TorrentError) -> String {
        guard let ownName = path.lastComponent?.string else {
            throw .invalid(
                "\(path) cannot be the name of a torrent: publish a folder in it")
        }
        let chosen = name ?? ownName
        let asPath = FilePath(chosen)
        guard asPath.string == chosen, asPath.isRelative, asPath.components.count == 1,
            asPath.lastComponent?.kind == .regular, chosen.utf8.count <= Int(NAME_MAX)
        else { throw .invalid("'\(chosen.onOneLine)' cannot be the name of a file or folder") }
        try ContentScan.checkName(asPath)
        return chosen
    }

    private func withBlueprint<Result>(
        name: String, of scan: ContentScan, waits: Bool,
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
                            is_private: form.isPrivate, is_v1_only: form.isV1Only,
                            names_creator: form.namesCreator,
                            comment: texts.count > 2 ? texts[2] : nil,
                            creation_date: creationDate ?? 0,
                            threads: CInt(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN))),
                            wait: waits ? { HashingCallbacks.at($0).pointee.wait(for: $1) } : nil)
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
