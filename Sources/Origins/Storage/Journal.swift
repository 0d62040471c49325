import FoundationEssentials
import LinuxSystem
import SystemPackage

/// What a ``PartialFile`` contains, so that a later run can go on. Names no URL, because URLs can be secret.
struct Journal: Codable, Equatable {
    /// What one server has sent.
    struct Source: Codable, Equatable {
        /// Identifies the URL.
        var key: String
        /// The version of the file that the server had.
        var version: Version
        /// First bytes and ends, in turn.
        var ranges: [Int64]
    }

    /// Of the whole file, in bytes.
    var size: Int64
    var sources: [Source]

    private static let longest = 4 << 20

    /// nil if there is no usable journal at `path`.
    init?(at path: FilePath) {
        guard let bytes = SmallFile.contents(of: path, atMost: Self.longest),
            let journal = try? JSONDecoder().decode(Journal.self, from: Data(bytes)),
            journal.isPlausible
        else { return nil }
        self = journal
    }

    init(size: Int64, sources: [Source]) {
        self.size = size
        self.sources = sources
    }

    /// A journal may be damaged, or come from another version of Pierdat.
    private var isPlausible: Bool {
        size > 0
            && sources.allSatisfy { source in
                source.ranges.count.isMultiple(of: 2)
                    && zip([0] + source.ranges, source.ranges + [size]).allSatisfy { $0 <= $1 }
            }
    }

    /// Replaces the journal at `path`. A failure only means that a later run starts again.
    func write(to path: FilePath) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(self) else { return }
        try? AtomicFile.write(Array(data), to: path, isDurable: false)
    }
}

extension Journal.Source {
    init(key: String, version: Version, ranges: RangeSet<Int64>) {
        self.init(
            key: key, version: version,
            ranges: ranges.ranges.flatMap { [$0.lowerBound, $0.upperBound] })
    }

    /// ``ranges`` as ranges.
    var rangeList: [Range<Int64>] {
        stride(from: 0, to: ranges.count, by: 2).map { ranges[$0]..<ranges[$0 + 1] }
            .filter { !$0.isEmpty }
    }
}
