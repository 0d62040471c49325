import BitTorrent
import HTTP
import LinuxSystem
import SystemPackage

// The way of one file: from the list of missing files, through the transfer, to its place.

extension ManifestTransfer {
    /// Requests that are running now.
    private var requests: Int { active.reduce(0) { $0 + $1.transfer.running.count } }

    /// Starts further files while there are requests to spare. A server that asks for a pause gets no further ones.
    func startFiles() throws(TorrentError) {
        let now = ContinuousClock.now
        while !waiting.isEmpty, active.count < Self.mostFiles,
            requests < RangeTransfer.mostRequests,
            active.allSatisfy({ $0.transfer.nextAttempt(after: now) == nil }),
            let index = waiting.popLast()
        {
            let transfer = try begin(index)
            active.append(transfer)
            try schedule(transfer)
            try settleIfComplete(transfer)
        }
    }

    private func begin(_ index: Int) throws(TorrentError) -> FileTransfer {
        let file = manifest.files[index]
        let partial = try PartialFile(in: place.hidden.path, key: file.key)
        do throws(Errno) {
            if partial.size != file.size { try partial.resize(to: file.size) }
        } catch {
            throw .cannotWrite(partial.path, error)
        }
        var source = WebSource(urls: file.urls, digest: nil)
        source.size = file.size
        source.secrets = manifest.secrets
        var transfer = RangeTransfer(
            source, into: partial, events: fetchEvents, configuration: configuration,
            rateLimit: rateLimit, hasDigest: true)
        if let journal = Journal(at: partial.journalPath) { transfer.resume(journal) }
        if let client = idle.popLast() { transfer.mirrors[0].idle.append(client) }
        return try FileTransfer(index, file, into: partial, transfer, findings: findings)
    }

    /// Starts all requests that are useful now.
    func schedule() throws(TorrentError) {
        for transfer in active { try schedule(transfer) }
    }

    private func schedule(_ file: FileTransfer) throws(TorrentError) {
        file.transfer.mostRunning =
            file.transfer.running.count + max(0, RangeTransfer.mostRequests - requests)
        try handle(try file.transfer.schedule(now: .now), of: file)
        guard file.transfer.isStuck else { return }
        try fail(file)
    }

    func takeFetches() throws(TorrentError) {
        for event in fetchEvents.take() {
            guard let file = active.first(where: { $0.transfer.owns(event) }) else { continue }
            try handle(file.transfer.take(event, now: .now), of: file)
            try settleIfComplete(file)
        }
        for file in active { file.advance() }
    }

    private func handle(
        _ news: [RangeTransfer.News], of file: FileTransfer
    ) throws(TorrentError) {
        for item in news {
            switch item {
            case .message(let text): reporter.say(text)
            case .restarted: try file.restart()
            case .shortage(let shortage): throw .noResource(shortage)
            case .storage(.noSpace):
                throw .noSpace(
                    needed: max(1, manifest.size - stored), available: 0, folder: destination.path)
            case .storage(let error): throw .cannotWrite(file.partial.path, error)
            case .opened, .sized: break
            }
        }
    }

    /// A small file is verified at once, a large one when its thread has read the end.
    private func settleIfComplete(_ file: FileTransfer) throws(TorrentError) {
        guard file.transfer.isComplete, file.transfer.isIdle else { return }
        file.advance()
        if file.isSmall { try judge(file, try file.digest()) }
    }

    func take(_ finding: FileTransfer.Finding) throws(TorrentError) {
        guard let file = active.first(where: { $0.index == finding.index }),
            file.round == finding.round, file.transfer.isComplete
        else { return }
        switch finding.digest {
        case .success(let digest): try judge(file, digest)
        case .failure(let error):
            throw .shortage(error) ?? .inputOutput("cannot read \(file.partial.path): \(error)")
        }
    }

    private func judge(_ file: FileTransfer, _ digest: [UInt8]) throws(TorrentError) {
        guard digest == file.file.digest.bytes else {
            let reason =
                "its data does not match: expected \(file.file.digest), got \(file.file.digest.described(digest))"
            for text in file.transfer.accuse(reason) { reporter.say(text) }
            return try file.restart()
        }
        for text in file.transfer.acquit() { reporter.say(text) }
        try place.keep(file.file, from: file.partial.path)
        file.partial.remove()
        file.end()
        active.removeAll { $0 === file }
        receivedBytes += file.transfer.received
        doneBytes += file.file.size
        idle += file.transfer.mirrors.flatMap(\.idle)
        idle.removeFirst(max(0, idle.count - Self.mostFiles))
        torrent.add(file.index)
    }

    /// No server is left for the file.
    private func fail(_ file: FileTransfer) throws(TorrentError) {
        let reasons = file.transfer.reasons
        let what =
            reasons.count == 1
            ? "cannot fetch \(reasons[0])"
            : "no server has '\(file.file.path.onOneLine)':\n  " + reasons.joined(separator: "\n  ")
        throw file.transfer.isAtFault ? .invalid(what) : .unavailable(what)
    }
}

extension RangeTransfer {
    /// True if the event is about one of the running requests.
    fileprivate func owns(_ event: FetchEvents.Event) -> Bool {
        switch event {
        case .opened(let fetch, _), .ended(let fetch, _, _, _):
            running[ObjectIdentifier(fetch)] != nil
        case .progressed: false
        }
    }

    /// The data of a server, or its size, is not what was promised.
    fileprivate var isAtFault: Bool {
        hasCulprit
            || mirrors.contains {
                if case .otherSize = $0.lastFailure { true } else { false }
            }
    }
}
