import CLinux
import Glibc

/// Looks up the hosts and ports of a service by its SRV records (RFC 2782).
public enum SRVRecords {
    /// One host and port of a service.
    public struct Place: Hashable, Sendable {
        /// The host name, still to be resolved.
        public let host: String
        /// The port on which the service listens.
        public let port: UInt16
    }

    /// Queries the name servers of resolv.conf(5), using its search list. Blocks. Empty if the name
    /// does not exist, nil if no server answered.
    public static func places(of name: String) -> [Place]? {
        var answer = [UInt8](repeating: 0, count: 65_536)
        let length = linux_search_services(name, &answer, CInt(answer.count))
        guard length >= 0 else { return nil }
        return places(inAnswer: Array(answer.prefix(Int(length))))
    }

    /// Parses a DNS response (RFC 1035). Stops at the first malformed record.
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

        /// Ignores priority and weight, because every place is contacted.
        mutating func place() -> Place? {
            guard skip(4), let port = number(), let host = name(), !host.isEmpty, port > 0 else {
                return nil
            }
            return Place(host: host, port: port)
        }
    }
}
