/// Reads the fields of a message in the format of protocol buffers one after another. Copies nothing.
struct ProtobufReader {
    enum Value {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    struct Field {
        let number: UInt64
        let value: Value
    }

    private var rest: ArraySlice<UInt8>

    init(_ message: ArraySlice<UInt8>) {
        rest = message
    }

    /// The next field. nil at the end.
    mutating func next() throws(BlockError) -> Field? {
        guard !rest.isEmpty else { return nil }
        guard let key = Varint.take(from: &rest), key >> 3 > 0 else {
            throw .malformed("a field has no number")
        }
        let length: UInt64
        switch key & 7 {
        case 0:
            guard let value = Varint.take(from: &rest) else {
                throw .malformed("a number is truncated")
            }
            return Field(number: key >> 3, value: .number(value))
        case 1: length = 8
        case 2:
            guard let value = Varint.take(from: &rest) else {
                throw .malformed("a length is truncated")
            }
            length = value
        case 5: length = 4
        default: throw .malformed("a field has an unknown type")
        }
        guard length <= rest.count else { throw .malformed("a field is truncated") }
        let value = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        return Field(number: key >> 3, value: .bytes(value))
    }
}
