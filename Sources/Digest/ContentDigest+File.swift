import SystemPackage

extension ContentDigest {
    /// The digest of the first `length` bytes of `file`, or of all of it if it is shorter, read from its
    /// beginning. `progress` receives the number of bytes of each part that was read, and returns false to
    /// cancel, which throws `canceled`.
    public init(
        _ algorithm: Algorithm, of file: FileDescriptor, length: Int64 = .max,
        progress: (Int) -> Bool = { _ in true }
    ) throws(Errno) {
        guard let hasher = ContentHasher(algorithm.function) else { throw .noMemory }
        _ = try hasher.add(file, 0..<length, progress: progress)
        self = hasher.finish(as: algorithm)
    }
}
