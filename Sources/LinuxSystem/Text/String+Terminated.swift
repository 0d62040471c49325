extension String {
    /// The text that a C function wrote to `buffer`, up to its terminating zero.
    public init(terminatedIn buffer: [CChar]) {
        self.init(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
