import Glibc
import LinuxSystem
import SystemPackage

/// The file that shows all hosts which process writes to a folder. Each step is one operation that a network file system
/// does atomically: an exclusive creation, a rename, or writing one short record.
struct LeaseFile: Sendable {
    private let folder: FilePath
    private var path: FilePath { folder.appending(FolderLock.fileName) }

    init(in folder: FilePath) {
        self.folder = folder
    }

    /// The state of a lease that we had.
    enum Renewal {
        case renewed
        /// Another process has taken it over.
        case taken(by: LeaseRecord?)
        /// The file or its folder has been deleted.
        case missing
    }

    /// Creates the file. False if it exists.
    func create(_ record: LeaseRecord) throws(Errno) -> Bool {
        do throws(Errno) {
            try Self.write(record, to: path)
            return true
        } catch .fileExists {
            return false
        }
    }

    /// The contents. nil if there is no file, or it cannot be read.
    func contents() -> [UInt8]? {
        guard let file = try? open(O_RDONLY) else { return nil }
        return Self.contents(of: file)
    }

    /// Writes the next beat, if the lease is still that of `record`.
    func renew(_ record: LeaseRecord) throws(Errno) -> Renewal {
        let file: OwnedDescriptor
        do throws(Errno) {
            // Opening it asks the server of a network file system for the present file. Who takes a lease over puts
            // another file in its place, so we never write into that of another process.
            file = try open(O_RDWR)
        } catch .noSuchFileOrDirectory {
            return .missing
        }
        guard let bytes = Self.contents(of: file) else { throw .ioError }
        let present = LeaseRecord(parsing: bytes)
        guard present?.id == record.id else { return .taken(by: present) }
        try Self.write(record.bytes, to: file)
        return .renewed
    }

    /// Puts `record` in the place of the file, if that still has `contents`. False if not, or if another process was
    /// faster. The caller has to look again later, because two processes can have replaced it at once.
    func replace(_ contents: [UInt8], with record: LeaseRecord) throws(Errno) -> Bool {
        let beside = folder.appending("\(FolderLock.fileName).\(record.id)")
        try Self.write(record, to: beside)
        let isReplaced =
            self.contents() == contents
            && beside.withPlatformString { new in path.withPlatformString { rename(new, $0) } } == 0
        if !isReplaced { beside.withPlatformString { _ = unlink($0) } }
        return isReplaced
    }

    /// True if the file is that of `record`.
    func isOf(_ record: LeaseRecord) -> Bool {
        contents().flatMap(LeaseRecord.init)?.id == record.id
    }

    /// Deletes the file if it is that of `record`.
    func remove(_ record: LeaseRecord) {
        if isOf(record) { path.withPlatformString { _ = unlink($0) } }
    }

    /// Deletes what processes have left that were killed while they replaced the file.
    func removeLeftovers() {
        for name in FolderTree(folder).names()
        where name != FilePath(FolderLock.fileName) && FolderLock.isLeaseFile(name.string) {
            folder.pushing(name).withPlatformString { _ = unlink($0) }
        }
    }

    private func open(_ mode: CInt) throws(Errno) -> OwnedDescriptor {
        let flags = mode | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        return try OwnedDescriptor(takingOver: path.withPlatformString { Glibc.open($0, flags) })
    }

    private static func contents(of file: OwnedDescriptor) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: LeaseRecord.limit)
        let count = pread(file.rawValue, &bytes, bytes.count, 0)
        return count < 0 ? nil : Array(bytes[..<count])
    }

    private static func write(_ record: LeaseRecord, to path: FilePath) throws(Errno) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let file = try OwnedDescriptor(
            takingOver: path.withPlatformString { Glibc.open($0, flags, 0o644) })
        do throws(Errno) {
            try write(record.bytes, to: file)
        } catch {
            path.withPlatformString { _ = unlink($0) }
            throw error
        }
    }

    private static func write(_ bytes: [UInt8], to file: OwnedDescriptor) throws(Errno) {
        let count = pwrite(file.rawValue, bytes, bytes.count, 0)
        guard count == bytes.count else { throw count < 0 ? Errno(rawValue: errno) : .noSpace }
        // A full disk or a lost server may be reported only now.
        guard fsync(file.rawValue) == 0 || errno == EINVAL || errno == ENOSYS else {
            throw Errno(rawValue: errno)
        }
    }
}
