import Backends
import SystemPackage

@testable import ImageLayer

extension FuzzTarget {
    /// A backend's list of downloaded files: every path stays below DEST.
    static let manifest = FuzzTarget("manifest") { bytes throws(BrokenPromise) in
        let files = Manifest.files(in: bytes)
        for file in files {
            let isWithin = file.isRelative && file.components.allSatisfy { $0.kind == .regular }
            try BrokenPromise.unless(isWithin, "a file below DEST lies at \(file)")
            try BrokenPromise.unless(
                file.isEmpty || files.contains(file.removingLastComponent()),
                "the folder of \(file) is not listed")
        }
    }

    /// The owner in --chown: never the ID -1, which chown(2) reads as "unchanged".
    static let ownerName = FuzzTarget("owner-name") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let name = OwnerName(text), let owner = try? name.owner() else { return }
        try BrokenPromise.unless(
            owner.user != .max && owner.group != .max, "\(text) is \(owner.user):\(owner.group)")
    }

    /// The mode in --chmod: only bits that chmod(2) knows, and exactly those that the digits give.
    static let permissions = FuzzTarget("permissions") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let permissions = Permissions(text) else { return }
        let (file, folder) = (permissions.bits(of: .file), permissions.bits(of: .folder))
        let digits = text.utf8.reduce(0) { $0 * 8 + Int($1) - 0x30 }
        try BrokenPromise.unless(
            Int(file) == digits && digits <= 0o7777, "\(text) is \(String(file, radix: 8))")
        try BrokenPromise.unless(
            folder & file == file && (folder & 0o444) >> 2 & ~folder == 0,
            "a folder of \(text) gets \(String(folder, radix: 8))")
    }

    /// SOURCE_DATE_EPOCH: a time that an archive can store.
    static let layerTime = FuzzTarget("layer-time") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let time = try? LayerTime(environment: ["SOURCE_DATE_EPOCH": text]) else { return }
        let year10000: Int64 = 253_402_300_800
        try BrokenPromise.unless(
            (0..<year10000).contains(time.seconds), "\(text) is \(time.seconds)")
    }

    /// A time on the command line: at most a year, and equal to the same time given in seconds.
    static let timeLimit = FuzzTarget("time-limit") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let limit = TimeLimit(text) else { return }
        try BrokenPromise.unless(
            (0...31_536_000).contains(limit.seconds)
                && text.utf8.first.map { $0 &- 0x30 < 10 } == true,
            "\(text) is \(limit.seconds) seconds")
        try BrokenPromise.unless(
            TimeLimit("\(limit.seconds)s") == limit, "\(text) is not its \(limit.seconds) seconds")
    }
}
