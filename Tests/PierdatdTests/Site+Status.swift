import Foundation
import LinuxSystem
import SystemPackage

/// The output of `pierdat` and how it ended.
struct Answer: Equatable {
    let end: TerminationStatus
    let output: String
    let errors: String
}

/// The output of `pierdat status --json`.
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
        let lastWords: String?
        let says: String?
        let healthy: Bool
        let why: String?
        let serving: [String: Int]?
    }

    struct Download: Decodable {
        let line: String
        let destination: String
        let state: String
        let status: Int32?
        let attempts: Int
        let lastWords: String?
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
    let ready: Bool
    let notReady: String?
    let program: Program?
    let downloads: [Download]?
    let services: [Service]

    /// The first service with that name.
    subscript(name: String) -> Service? { services.first { $0.name == name } }
}

extension Site {
    var runFolder: FilePath { overlay.prefix.appending("run/pierdat") }
    var socket: FilePath { runFolder.appending("pierdatd.sock") }

    /// Runs `pierdat` to its end.
    func pierdat(_ arguments: String..., wrapper: [String] = []) throws -> Answer {
        try run("pierdat", arguments, wrapper: wrapper)
    }

    /// Requests the pid of the running daemon.
    func pierdatdPid() throws -> Answer {
        try run("pierdatd", ["--pid"])
    }

    private func run(
        _ name: String, _ arguments: [String], wrapper: [String] = []
    ) throws -> Answer {
        let program = overlay.prefix.appending("usr/bin").appending(name).string
        let run = try Daemon(
            wrapper + [program] + arguments, in: .subreaper, environment: overlay.environment)
        let output = try run.output.end()
        return Answer(end: try run.end(), output: output, errors: try run.errors.end())
    }

    /// Requests the status.
    func status() throws -> Status {
        let answer = try pierdat("status", "--json")
        guard answer.end == .exited(0) else { throw TimeIsUp(description: answer.errors) }
        return try JSONDecoder().decode(Status.self, from: Data(answer.output.utf8))
    }

    /// Waits until `pierdat health` and the status agree that everything is healthy.
    func becomesWell() throws {
        let status = try status("that all is well") { $0.healthy }
        guard status.why == nil, status.services.allSatisfy({ $0.healthy && $0.why == nil }) else {
            throw TimeIsUp(description: "it is well and it is not: \(status)")
        }
        let answer = try pierdat("health")
        guard answer.end == .exited(0), answer.errors == "" else {
            throw TimeIsUp(description: "health says: \(answer)")
        }
    }

    /// Waits until `pierdat health` and the status agree that something is unhealthy, for a reason
    /// that contains all of `words`. Returns the status.
    @discardableResult
    func becomesIll(_ words: String...) throws -> Status {
        var last = ""
        let status = try status("the reason \(words), not \(last)") { status in
            last = status.why ?? ""
            return !status.healthy && words.allSatisfy { last.contains($0) }
        }
        let answer = try pierdat("health")
        guard answer.end == .exited(1), answer.output == "",
            answer.errors.hasPrefix("pierdat: "), words.allSatisfy(answer.errors.contains),
            answer.errors.split(separator: "\n").count == 1
        else { throw TimeIsUp(description: "health says: \(answer)") }
        return status
    }

    /// Requests the status repeatedly until it `matches`.
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
