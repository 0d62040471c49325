/// One of our parsers, and what it promises for arbitrary input.
public struct FuzzTarget: Sendable {
    /// The name of its folder in `Tests/Fuzz/corpus`.
    public let name: String
    private let check: @Sendable ([UInt8]) throws(BrokenPromise) -> Void

    init(
        _ name: String, _ check: @escaping @Sendable ([UInt8]) throws(BrokenPromise) -> Void
    ) {
        self.name = name
        self.check = check
    }

    /// Parses the input. Throws if a promise is broken; a crash ends the process.
    public func run(_ input: [UInt8]) throws(BrokenPromise) {
        try check(input)
    }

    public static let all: [FuzzTarget] = [
        .addressBlock, .cacheName, .car, .cid, .dagPB, .glob, .gzip, .httpHead, .httpRequest,
        .hubURI,
        .ipfsURI,
        .layerTime, .lineSplitter, .linkTarget, .magnet, .manifest, .metalink, .metric, .mountTable,
        .netlink, .note, .notifySocket,
        .ownerName, .partFile, .peerName, .percentEncoding, .permissions, .processParent,
        .proxy, .rangeAnswer, .recordURI, .redaction, .registryAnswer, .registryURI, .rendezvous,
        .rendezvousMetadata, .seedLine, .seedList,
        .serviceRecords, .settings, .statusReport, .timeLimit, .torrent, .uri, .url, .webURI,
        .wholeNumber,
    ]
}

/// A promise that a parser has broken.
public struct BrokenPromise: Error, CustomStringConvertible {
    public let description: String

    /// Throws unless `holds`.
    static func unless(
        _ holds: Bool, _ promise: @autoclosure () -> String
    ) throws(BrokenPromise) {
        guard holds else { throw BrokenPromise(description: promise()) }
    }
}

extension String {
    /// Compares the bytes. `==` considers the precomposed and the decomposed "é" equal.
    func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
