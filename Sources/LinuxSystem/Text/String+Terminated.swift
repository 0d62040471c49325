extension String {
    /// What a C function has written into `buffer`, up to the zero byte that ends it.
    public init(terminatedIn buffer: [CChar]) {
        self.init(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
