import Foundation
import LinuxSystem
import SystemPackage

/// What `pierdat` has said, and how it ended.
struct Answer {
    let end: ProcessEnd
    let output: String
    let errors: String
}

/// What `pierdat status --json` tells.
struct Status: Decodable {
    struct Service: Decodable {
        let name: String
        let backend: String?
        let line: String?
        let lines: Int
        let state: String
        let pid: pid_t?
        let uptime: Double?
        let startsIn: Double?
        let restarts: Int
        let lastExit: String?
        let says: String?
    }

    struct Program: Decodable {
        let command: String
        let pid: pid_t
    }

    let pid: pid_t
    let uptime: Double
    let seedList: String
    let healthy: Bool
    let why: String?
    let program: Program?
    let services: [Service]

    /// The first service of that name.
    subscript(name: String) -> Service? { services.first { $0.name == name } }
}

extension Site {
    var runFolder: FilePath { overlay.prefix.appending("run/pierdat") }
    var socket: FilePath { runFolder.appending("pierdatd.sock") }

    /// Runs `pierdat` to its end.
    func pierdat(_ arguments: String...) throws -> Answer {
        let program = overlay.prefix.appending("usr/bin/pierdat").string
        let run = try Daemon(
            [program] + arguments, in: .subreaper, environment: overlay.environment)
        let output = try run.output.end()
        return Answer(end: try run.end(), output: output, errors: try run.errors.end())
    }

    /// Asks for the status.
    func status() throws -> Status {
        let answer = try pierdat("status", "--json")
        guard answer.end == .exited(0) else { throw TimeIsUp(description: answer.errors) }
        return try JSONDecoder().decode(Status.self, from: Data(answer.output.utf8))
    }

    /// Asks again and again until there is an answer that `matches`.
    @discardableResult
    func status(_ what: String, where matches: (Status) -> Bool) throws -> Status {
        var last: Status?
        try waitUntil("the status tells \(what)") {
            last = try? status()
            return last.map(matches) ?? false
        }
        return try last ?? status()
    }
}
