import EnvironmentSettings
import Glibc
import LinuxSystem

@testable import BitTorrent
@testable import Supervisor

extension FuzzTarget {
    /// Lines of NAME=value, as in the environment.
    static let settings = FuzzTarget("settings") { bytes throws(BrokenPromise) in
        let environment = variables(in: bytes)
        if let options = try? DownloadOptions(environment: environment) {
            try BrokenPromise.unless(
                (options.cacheLimit?.bytes ?? 1) > 0, "a limit of \(options.cacheLimit?.bytes ?? 0)"
            )
        }
        guard let configuration = try? EngineConfiguration(environment: environment) else { return }
        for limit in [configuration.uploadLimit, configuration.downloadLimit] {
            try BrokenPromise.unless(
                (limit ?? 1) > 0 && (limit ?? 1) <= Int(Int32.max), "a limit of \(limit ?? 0)")
        }
        for time in [
            configuration.timeout, configuration.stallTimeout, configuration.resolveInterval,
        ] {
            try BrokenPromise.unless((time ?? .seconds(1)) > .zero, "a time of \(time ?? .zero)")
        }
        for peer in configuration.peers { try requireSameName(peer) }
    }

    /// A number with a unit: only digits are accepted, and the value is the one they give.
    static let wholeNumber = FuzzTarget("whole-number") { bytes throws(BrokenPromise) in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let number = WholeNumber.parse(text, units: ["k": 1024]) else { return }
        let digits = text.last == "k" ? text.dropLast() : text[...]
        try BrokenPromise.unless(
            digits.utf8.allSatisfy { $0 &- 0x30 < 10 } && number >= 0, "\(text) is \(number)")
        try BrokenPromise.unless(
            WholeNumber.parse(String(number)) == number, "\(text) is not its \(number)")
    }

    /// The environment variables that a service manager sets.
    static let notifySocket = FuzzTarget("notify-socket") { bytes throws(BrokenPromise) in
        let environment = variables(in: bytes)
        for program in [false, true] {
            _ = ServiceManagerSettings(environment: environment, pid: 1, program: program)
        }
        _ = environment["NOTIFY_SOCKET"].flatMap(UnixSocketAddress.init(notifySocket:))
    }

    /// The name of a peer.
    static let peerName = FuzzTarget("peer-name") { bytes throws(BrokenPromise) in
        guard let name = PeerName(Substring(String(decoding: bytes, as: UTF8.self))) else { return }
        try requireSameName(name)
    }

    /// A name server's answer to a query for SRV records.
    static let serviceRecords = FuzzTarget("service-records") { bytes throws(BrokenPromise) in
        for place in SRVRecords.places(inAnswer: bytes) {
            try BrokenPromise.unless(
                !place.host.isEmpty && place.host.utf8.count <= 1024 && place.port > 0,
                "a place is \(place)")
        }
    }

    /// A pattern, and on the next line a path. A pattern of a single name, without brackets and
    /// backslashes, matches what fnmatch(3) matches.
    static let glob = FuzzTarget("glob") { bytes throws(BrokenPromise) in
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
        guard parts.count == 2 else { return }
        let (pattern, path) = (
            String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)
        )
        guard let glob = Glob(pattern) else { return }
        let matches = glob.matches(path)
        let isPlain =
            bytes.allSatisfy { $0 < 0x80 && $0 != 0 } && pattern != "." && path != "."
            && !pattern.contains { "[\\/".contains($0) } && !path.contains { "/\r\n".contains($0) }
        guard isPlain, !pattern.contains("\r") else { return }
        try BrokenPromise.unless(
            matches == (fnmatch(pattern, path, 0) == 0),
            "\(pattern) \(matches ? "matches" : "does not match") \(path)")
    }

    private static func variables(in bytes: [UInt8]) -> [String: String] {
        var variables: [String: String] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard parts.count == 2 else { continue }
            variables[String(decoding: parts[0], as: UTF8.self)] = String(
                decoding: parts[1], as: UTF8.self)
        }
        return variables
    }

    static func requireSameName(_ name: PeerName) throws(BrokenPromise) {
        let host = name.host.utf8.contains(UInt8(ascii: ":")) ? "[\(name.host)]" : name.host
        let text = host + (name.port.map { ":\($0)" } ?? "")
        guard let again = PeerName(text[...]) else {
            throw BrokenPromise(description: "\(text) is no name of a peer")
        }
        try BrokenPromise.unless(again == name, "\(name) is read as \(again)")
    }
}
