/// One of our parsers, handed any bytes at all, and what it promises about them.
public struct FuzzTarget: Sendable {
    /// As its folder in `Tests/Fuzz/corpus` is called.
    public let name: String
    private let check: @Sendable ([UInt8]) throws(BrokenPromise) -> Void

    init(
        _ name: String, _ check: @escaping @Sendable ([UInt8]) throws(BrokenPromise) -> Void
    ) {
        self.name = name
        self.check = check
    }

    /// Has the input parsed. Throws where a promise is broken; what is worse ends the process.
    public func run(_ input: [UInt8]) throws(BrokenPromise) {
        try check(input)
    }

    /// Every one there is.
    public static let all: [FuzzTarget] = [
        .addressBlock, .cacheName, .glob, .gzip, .httpHead, .layerTime, .lineSplitter,
        .linkTarget, .magnet, .manifest, .mountTable, .netlink, .note, .notifySocket,
        .ownerName, .partFile, .peerName, .percentEncoding, .permissions, .processParent,
        .proxy, .seedLine, .seedList, .serviceRecords, .settings, .statusReport, .timeLimit,
        .torrent, .uri, .url, .userInformation, .wholeNumber,
    ]
}

/// What a parser did not keep to.
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
    /// Whether the bytes are the same; `==` takes "é" in one and in two characters for equal.
    func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
