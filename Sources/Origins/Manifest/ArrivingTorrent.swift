import BitTorrent
import LinuxSystem
import Synchronization
import SystemPackage

/// The canonical torrent of a manifest, computed on a thread of its own while the files arrive.
final class ArrivingTorrent {
    private final class State: Sendable {
        let watermark = Watermark()
        let result = Mutex<Result<TorrentParameters?, TorrentError>?>(nil)
        let wake: EventDescriptor

        init() throws(Errno) {
            wake = try EventDescriptor()
        }

        func end(_ result: Result<TorrentParameters?, TorrentError>) {
            self.result.withLock { $0 = result }
            wake.signal()
        }
    }

    private let state: State
    /// For each file the end of its bytes in the torrent.
    private let ends: [Int64]
    private var isDone: [Bool]
    /// The number of files from the first that are there without a gap.
    private var first = 0

    /// Starts the thread. Files are read where they gather.
    init(_ place: ManifestPlace) throws(TorrentError) {
        let manifest = place.manifest
        let folder = manifest.arriving
        ends = folder.ends
        isDone = manifest.files.map { _ in false }
        do throws(Errno) {
            state = try State()
        } catch {
            throw .cannotWait(error)
        }
        try start(place, folder)
    }

    private func start(_ place: ManifestPlace, _ folder: ArrivingFolder) throws(TorrentError) {
        let manifest = place.manifest
        guard manifest.size > 0 else { return state.end(.success(nil)) }
        let publication = Publication(canonical: place.root)
        let (state, isFile, size) = (state, manifest.root == .file, manifest.size)
        do throws(Errno) {
            try BackgroundThread.run {
                let wait = { (end: Int64) in state.watermark.reaches(end) }
                state.end(
                    Result { () throws(TorrentError) in
                        isFile
                            ? try publication.makeTorrent(of: ArrivingFile(size: size, wait: wait))
                            : try publication.makeTorrent(of: folder, wait: wait)
                    })
            }
        } catch {
            throw .noResource(ResourceShortage(.thread, error))
        }
    }

    /// Readable when there is a result.
    var descriptor: OwnedDescriptor { state.wake.descriptor }

    /// The file is with the others.
    func add(_ index: Int) {
        isDone[index] = true
        while first < isDone.count, isDone[first] { first += 1 }
        if first > 0 { state.watermark.raise(to: ends[first - 1]) }
    }

    /// Gives up.
    func end() {
        state.watermark.close()
    }

    /// The torrent, `.some(nil)` if the data is empty. nil if it is not known yet.
    func take() throws(TorrentError) -> TorrentParameters?? {
        state.wake.clear()
        guard let result = state.result.withLock({ $0 }) else { return nil }
        return .some(try result.get())
    }
}
