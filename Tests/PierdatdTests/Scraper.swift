import PeerFixtures

/// The metrics server of a `pierdatd`, as its clients see it.
struct Scraper {
    let port: UInt16

    /// Connects, sends `text` and returns everything up to the end of the connection.
    func exchange(_ text: String) throws -> String {
        let stream = try connect()
        try stream.send(Array(text.utf8))
        return try answer(on: stream)
    }

    func connect() throws -> TCPStream {
        guard let stream = try TCPStream(port: port) else {
            throw TimeIsUp(description: "nobody listens on port \(port)")
        }
        return stream
    }

    func answer(on stream: TCPStream) throws -> String {
        String(decoding: try stream.receiveToEnd(), as: UTF8.self)
    }

    /// The body of the answer to a GET, and its status.
    func get(_ path: String, _ fields: String = "") throws -> (
        status: Int, head: String, body: String
    ) {
        let answer = try exchange("GET \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
        guard let end = answer.range(of: "\r\n\r\n"),
            let status = Int(answer.dropFirst(9).prefix(3))
        else { throw TimeIsUp(description: "no answer: \(answer)") }
        return (status, String(answer[..<end.lowerBound]), String(answer[end.upperBound...]))
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? { ranges(of: text).first }
}

extension Site {
    /// Starts `pierdatd` with a metrics server on a free port.
    func startWithMetrics(
        address: String = "127.0.0.1", command: [String] = [], environment: [String: String] = [:]
    ) throws -> (Daemon, Scraper) {
        let variables = environment.merging(["PIERDAT_METRICS": "\(address):0"]) { one, _ in one }
        let daemon = try start(command: command, environment: variables)
        let line = try daemon.errors.line(containing: "metrics are served on port ")
        let digits = line.split(separator: "port ").last?.prefix { $0.isNumber } ?? ""
        guard let port = UInt16(digits) else { throw TimeIsUp(description: line) }
        return (daemon, Scraper(port: port))
    }
}
