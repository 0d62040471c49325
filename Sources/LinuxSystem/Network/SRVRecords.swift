import CLinux
import Glibc

/// Where a service is, by the SRV records of its name (RFC 2782).
public enum SRVRecords {
    /// One place of a service.
    public struct Place: Hashable, Sendable {
        /// A name to be resolved in its turn.
        public let host: String
        /// Where the service listens.
        public let port: UInt16
    }

    /// Asks the name servers of resolv.conf(5), along its search list. Blocks. Empty where there is no
    /// such name, nil where no server answered.
    public static func places(of name: String) -> [Place]? {
        var answer = [UInt8](repeating: 0, count: 65_536)
        let length = linux_search_services(name, &answer, CInt(answer.count))
        guard length >= 0 else { return nil }
        return places(inAnswer: Array(answer.prefix(Int(length))))
    }

    /// What a name server's answer (RFC 1035) tells; nothing from where on it is malformed.
    public static func places(inAnswer answer: [UInt8]) -> [Place] {
        var reader = Reader(answer: answer, position: 4)
        guard let questions = reader.number(), let answers = reader.number() else { return [] }
        reader.position = 12
        for _ in 0..<questions {
            guard reader.name() != nil, reader.skip(4) else { return [] }
        }
        var places: [Place] = []
        for _ in 0..<answers {
            guard reader.name() != nil, let type = reader.number(), reader.skip(6),
                let length = reader.number()
            else { return places }
            let end = reader.position + Int(length)
            guard end <= answer.count else { return places }
            if type == 33, let place = reader.place() { places.append(place) }
            reader.position = end
        }
        return places
    }

    private struct Reader {
        let answer: [UInt8]
        var position: Int

        mutating func skip(_ count: Int) -> Bool {
            position += count
            return position <= answer.count
        }

        mutating func number() -> UInt16? {
            guard skip(2) else { return nil }
            return UInt16(answer[position - 2]) << 8 | UInt16(answer[position - 1])
        }

        mutating func name() -> String? {
            guard position < answer.count else { return nil }
            var name = [CChar](repeating: 0, count: 1025)
            let length = answer.withUnsafeBufferPointer { bytes -> CInt in
                guard let start = bytes.baseAddress else { return -1 }
                return linux_expand_name(
                    start, start + bytes.count, start + position, &name, CInt(name.count))
            }
            guard length > 0 else { return nil }
            position += Int(length)
            return String(terminatedIn: name)
        }

        /// Priority and weight, which say whom to ask first, mean nothing where all are asked.
        mutating func place() -> Place? {
            guard skip(4), let port = number(), let host = name(), !host.isEmpty, port > 0 else {
                return nil
            }
            return Place(host: host, port: port)
        }
    }
}
