import BackendContract
import Digest
import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

/// Computes the digest of a file on a thread of its own, while another thread reads the same file.
final class FileDigest: Sendable {
    private let path: FilePath
    private let algorithm: ContentDigest.Algorithm
    private let result = Mutex<Result<ContentDigest, Errno>?>(nil)
    private let finished: EventDescriptor

    /// Starts to read the file. nil if `path` is not a file.
    init?(of path: FilePath, algorithm: ContentDigest.Algorithm = .sha256) throws {
        var information = stat()
        guard stat(path.string, &information) == 0, information.st_mode & S_IFMT == S_IFREG
        else { return nil }
        self.path = path
        self.algorithm = algorithm
        finished = try EventDescriptor()
        do throws(Errno) {
            try BackgroundThread.run { self.compute() }
        } catch {
            throw Failure(.noResource, "\(ResourceShortage(.thread, error))")
        }
    }

    /// Waits until the whole file has been read.
    func value() throws(Failure) -> ContentDigest {
        var event = pollfd(fd: finished.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        while poll(&event, 1, -1) < 1 {}
        let found = result.withLock { $0 } ?? .failure(.ioError)
        return try found.mapError { Failure(.noInput, "cannot read \(path): \($0)") }.get()
    }

    private func compute() {
        let found = Result { () throws(Errno) in
            let file = try OwnedDescriptor(takingOver: open(path.string, O_RDONLY | O_CLOEXEC))
            return try withExtendedLifetime(file) { () throws(Errno) in
                try ContentDigest(algorithm, of: FileDescriptor(rawValue: file.rawValue))
            }
        }
        result.withLock { $0 = found }
        finished.signal()
    }
}
