import CLinux
import Glibc
import SystemPackage

/// The mounts that this process sees: /proc/self/mountinfo, proc(5).
public struct MountTable: Sendable {
    /// A mounted file system, or a mounted part of one.
    public struct Mount: Sendable, Equatable {
        /// The kernel's mount ID.
        public let number: Int
        /// The mounted folder or file, as a path inside the file system.
        public let source: FilePath
        /// The mount point.
        public let point: FilePath
        /// The type of the file system, such as `tmpfs`.
        public let kind: String
    }

    /// The largest mountinfo that is read, in bytes.
    private static let limit = 16 << 20

    /// In mount order. A later mount hides earlier ones at the same point.
    public let mounts: [Mount]

    /// Skips lines that do not have the format of proc(5).
    public init(parsing bytes: [UInt8]) {
        mounts = bytes.split(separator: UInt8(ascii: "\n")).compactMap(Self.mount(inLine:))
    }

    /// The mounts of this process. nil if /proc is not mounted.
    public static var current: MountTable? {
        SmallFile.contents(of: "/proc/self/mountinfo", atMost: limit).map(MountTable.init(parsing:))
    }

    /// The mount whose mount point is `point`.
    public func mount(at point: FilePath) -> Mount? {
        mounts.last { $0.point == point }
    }

    /// The mount that contains `path`, or would contain it once created. Follows links. nil if the
    /// kernel does not report it.
    public func mount(holding path: FilePath) -> Mount? {
        var path = path
        while true {
            if let file = try? OwnedDescriptor(
                takingOver: path.withPlatformString { open($0, linux_path_only | O_CLOEXEC) })
            {
                let number = Self.mountNumber(of: file)
                return mounts.first { $0.number == number }
            }
            guard path.removeLastComponent() else { return nil }
        }
    }

    /// The mounts below the folder `path`. Follows links in `path`.
    public func mounts(below path: FilePath) -> [Mount] {
        guard let top = try? path.resolved() else { return [] }
        return mounts.filter { $0.point != top && $0.point.starts(with: top) }
    }

    /// Reads `mnt_id` from /proc/self/fdinfo (Linux 3.15 and later).
    private static func mountNumber(of file: OwnedDescriptor) -> Int? {
        let path = FilePath("/proc/self/fdinfo/\(file.rawValue)")
        guard let bytes = SmallFile.contents(of: path, atMost: 4096) else { return nil }
        let name = Array("mnt_id:".utf8)
        return bytes.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: name) }.flatMap {
            let number = $0.dropFirst(name.count).drop { $0 == 9 || $0 == 32 }
            return Int(String(decoding: number, as: UTF8.self))
        }
    }

    /// `NUMBER PARENT MAJOR:MINOR ROOT POINT OPTIONS [FIELD…] - KIND SOURCE OPTIONS`.
    private static func mount(inLine line: ArraySlice<UInt8>) -> Mount? {
        let fields = line.split(separator: UInt8(ascii: " "))
        guard fields.count >= 9, let number = Int(String(decoding: fields[0], as: UTF8.self)),
            let separator = fields.dropFirst(6).firstIndex(of: [UInt8(ascii: "-")]),
            separator + 1 < fields.count
        else { return nil }
        return Mount(
            number: number, source: path(fields[3]), point: path(fields[4]),
            kind: String(decoding: fields[separator + 1], as: UTF8.self))
    }

    /// Unescapes a path: blank, tab, newline and backslash are written as `\` and three octal
    /// digits.
    private static func path(_ field: ArraySlice<UInt8>) -> FilePath {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let escaped = octal(rest.prefix(3)) {
                bytes.append(escaped)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return FilePath(platformString: bytes.map(CChar.init(bitPattern:)) + [0])
    }

    /// The byte for three octal digits. nil if they are invalid or a path cannot contain the byte.
    private static func octal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 3, digits.allSatisfy({ 0x30...0x37 ~= $0 }) else { return nil }
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
        return value == 0 ? nil : value
    }
}
