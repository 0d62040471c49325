import FuzzedEngine
import Glibc

extension FuzzTarget {
    /// Pieces, and the file that keeps parts of them.
    static let partFile = FuzzTarget("part-file") { bytes throws(BrokenPromise) in
        try require(fuzz_part_file(bytes, bytes.count))
    }

    /// The path of a symbolic link in a torrent, its target, and the paths of files, one per line.
    static let linkTarget = FuzzTarget("link-target") { bytes throws(BrokenPromise) in
        try require(fuzz_link_target(bytes, bytes.count))
    }

    /// The payload of a message of a rendezvous.
    static let rendezvous = FuzzTarget("rendezvous") { bytes throws(BrokenPromise) in
        try require(fuzz_rendezvous(bytes, bytes.count))
    }

    /// Throws if the C++ side reports a broken promise.
    private static func require(_ broken: UnsafeMutablePointer<CChar>?) throws(BrokenPromise) {
        guard let broken else { return }
        defer { free(broken) }
        throw BrokenPromise(description: String(cString: broken))
    }
}
