import BitTorrent
import CXML
import Digest
import LinuxSystem

extension Metalink {
    /// Parses a document. `wanted` selects one of several files by its name.
    public init(_ document: [UInt8], wanted: FileName? = nil) throws(MetalinkError) {
        let reader = MetalinkReader()
        let result = document.withUnsafeBytes { bytes in
            withExtendedLifetime(reader) {
                pierdat_xml_parse(bytes.baseAddress, bytes.count, MetalinkReader.events(of: reader))
            }
        }
        if let fault = result.fault {
            throw .malformed(String(cString: fault), line: Int(result.line))
        }
        guard reader.isMetalink else { throw .notMetalink }
        let files = reader.files
        let fitting = wanted.map { wanted in files.filter { $0.name == wanted.text } } ?? files
        guard fitting.count == 1, let file = fitting.first else { throw .files(files.map(\.name)) }
        try self.init(file)
    }

    private init(_ file: MetalinkReader.File) throws(MetalinkError) {
        do throws(FileNameError) {
            name = try FileName(file.name)
        } catch {
            throw .name(error)
        }
        size = file.size
        digest =
            file.hashes["sha-256"].flatMap { ContentDigest(.sha256, hex: $0) }
            ?? file.hashes["sha-512"].flatMap { ContentDigest(.sha512, hex: $0) }
        pieces = file.pieces.lazy.compactMap { $0.digests(ofFileWith: file.size) }.first
        urls = Self.sorted(file.urls)
        torrents = Self.sorted(file.torrents)
        guard !urls.isEmpty else { throw .noURL }
    }

    /// Of URLs with the same priority, the first in the document comes first.
    private static func sorted(_ locations: [MetalinkReader.Location]) -> [RemoteURL] {
        let sorted = locations.enumerated().sorted {
            ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset)
        }
        let urls = sorted.compactMap { try? RemoteURL($0.element.url) }
        return Array(urls.prefix(mostURLs))
    }
}

extension MetalinkReader.Pieces {
    /// nil if they are of an unsupported kind, or malformed.
    fileprivate func digests(ofFileWith size: Int64?) -> PieceDigests? {
        let function: HashFunction
        switch type {
        case "sha-1": function = .sha1
        case "sha-256": function = .sha256
        default: return nil
        }
        let digests = hashes.compactMap { function.bytes(hex: $0) }
        guard digests.count == hashes.count else { return nil }
        return PieceDigests(function, length: length, digests: digests, size: size)
    }
}
