import LinuxSystem
import SystemPackage

/// Tries to get a lease that other hosts see, one look at its file after the other.
struct LeaseClaim {
    /// What a look has led to.
    enum Step: Sendable {
        case ours
        /// The stale lease of this process was replaced. It is ours if the file is still ours a while later.
        case replaced(LeaseRecord?)
        /// This process has it. nil if its file cannot be read.
        case held(by: LeaseRecord?)
    }

    /// The lease is stale if this many looks in succession show the same file.
    static let mostLooks = 30

    let file: LeaseFile
    let record: LeaseRecord
    private let folder: FolderLock
    private let isLocked: Bool
    private var seen: [UInt8]?
    private var looks = 0

    /// `isLocked`: we have the lock `folder` of the folder at `path`.
    init(to path: FilePath, _ folder: FolderLock, isLocked: Bool) {
        file = LeaseFile(in: path)
        record = LeaseRecord(for: folder.identity)
        self.folder = folder
        self.isLocked = isLocked
    }

    /// Creates the file, or replaces that of a process that has ended or stands still. Throws if the file system does not
    /// permit that.
    mutating func look() throws(Errno) -> Step {
        let (file, record) = (file, record)
        guard let contents = file.contents() else {
            let isMade = try folder.keepingTime { () throws(Errno) in try file.create(record) }
            return isMade ? .ours : .held(by: nil)
        }
        let other = LeaseRecord(parsing: contents)
        looks = contents == seen ? looks + 1 : 0
        seen = contents
        let hasEnded = isLocked && other.map(record.hasOutlived) ?? false
        guard hasEnded || looks >= Self.mostLooks,
            try folder.keepingTime({ () throws(Errno) in
                try file.replace(contents, with: record)
            })
        else { return .held(by: other) }
        looks = 0
        return hasEnded ? .ours : .replaced(other)
    }
}
