import BitTorrent
import Digest
import LinuxSystem
import SystemPackage

extension WebDownload {
    func handle(_ news: RangeTransfer.News) throws(TorrentError) {
        switch news {
        case .message(let text): reporter.say(text)
        case .restarted: try verification.begin()
        case .shortage(let shortage): throw .noResource(shortage)
        case .opened(let opening): try examine(opening)
        case .sized(let size):
            if try refuse(size) { return }
            do throws(Errno) {
                try file.resize(to: size)
            } catch {
                throw .cannotWrite(file.path, error)
            }
        case .storage(.noSpace): throw spaceError(available: 0)
        case .storage(let error): throw .cannotWrite(file.path, error)
        }
    }

    /// Goes on with another server if there is no room for a file of this size. False if there is room.
    private func refuse(_ size: Int64) throws(TorrentError) -> Bool {
        let needed = max(0, size - file.allocated)
        if let news = destination.shortage(needed).flatMap({ _ in transfer.refuseSize() }) {
            for item in news { try handle(item) }
            return true
        }
        try destination.checkSpace(needed)
        return false
    }

    /// Takes the name from the first response if the URL has none, and detects a web page in the place of data.
    func examine(_ opening: FetchOpening) throws(TorrentError) {
        if name == nil { name = try opening.disposition.flatMap(nameFromServer) }
        guard let name else {
            throw .invalid(
                """
                \(shownURL): neither the URL nor the server names the file. Add '#name=NAME' to the URL, or \
                '&name=NAME' if it has a '#' already
                """)
        }
        let isPage = opening.mediaType?.lowercased().hasPrefix("text/html") == true
        let wantsPage = [".html", ".htm", ".xhtml"].contains(
            where: name.text.lowercased().hasSuffix)
        guard isPage, !wantsPage, source.digest == nil else { return }
        throw .invalid(
            """
            \(shownURL): the server sent a web page (text/html), not the file. Does the URL need a login, or is it \
            the page that links to the file? If the page is what you want, add its digest (#sha256=…) to the URL
            """)
    }

    /// nil if there is none that can be used. A name that the user does not know must not replace a file.
    private func nameFromServer(_ disposition: String) throws(TorrentError) -> FileName? {
        guard let name = ContentDisposition.name(in: disposition) else { return nil }
        let path = destination.path.appending(name.text)
        guard let there = FileStatus(withoutFollowing: path) else { return name }
        let isSame =
            if there.kind == .file, let digest = source.digest {
                try SeedableFile.size(of: path, expecting: digest) != nil
            } else {
                false
            }
        guard isSame else {
            throw .inTheWay(
                """
                \(path): the server names the file so, and there is one already. Delete it, or name the file with \
                name=NAME after the '#' of the URL
                """)
        }
        return name
    }

    /// What the search has found, if it is worth the change.
    func takeSearch() -> FoundMetadata? {
        guard let ended = search else { return nil }
        search = nil
        poller.remove(ended.ended)
        let missing = (transfer.plan?.size ?? .max) - transfer.stored
        guard missing > Self.leastForPeers, let found = ended.foundMetadata, source.fits(found)
        else { return nil }
        return found
    }

    /// Verifies what has arrived as far as there is no gap.
    func advanceVerification() throws(TorrentError) {
        if let name, let size = transfer.plan?.size {
            try verification.describe(as: name, size: size)
        }
        verification.advance(to: transfer.prefix, isComplete: transfer.isComplete)
    }

    func judge() throws(TorrentError) -> Verification.Outcome? {
        guard let outcome = try verification.take() else { return nil }
        guard let expected = source.digest, outcome.digest != expected else {
            for text in transfer.acquit() { reporter.say(text) }
            return outcome
        }
        for text in transfer.accuse(
            "its data does not match: expected \(expected), got \(outcome.digest)")
        {
            reporter.say(text)
        }
        try verification.begin()
        return nil
    }

    var shownURL: String { source.urls.first?.redacted ?? "" }
}
