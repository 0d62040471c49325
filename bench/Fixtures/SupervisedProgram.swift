import Foundation
import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage

/// A supervisor program.
enum SupervisorKind: String, CaseIterable, Sendable {
    case pierdatd
    case supervisord
    case runit

    /// The command that keeps `programs` running, each given as its `argv`. Its files are in
    /// `folder`, which is empty.
    func command(keeping programs: [[String]], in folder: FilePath) throws -> Command {
        switch self {
        case .pierdatd: try Self.pierdatd(programs, in: folder)
        case .supervisord: try Self.supervisord(programs, in: folder)
        case .runit: try Self.runit(programs, in: folder)
        }
    }

    private static func pierdatd(_ programs: [[String]], in folder: FilePath) throws -> Command {
        let overlay = try Overlay(folder.appending("root"))
        let lines = programs.map(Self.line).joined(separator: "\n")
        try write(lines + "\n", to: overlay.seedList)
        return overlay.command("pierdatd")
    }

    private static func supervisord(_ programs: [[String]], in folder: FilePath) throws -> Command {
        let configuration = folder.appending("supervisord.conf")
        let general = """
            [supervisord]
            nodaemon=true
            user=root
            minfds=16384
            logfile=/dev/null
            logfile_maxbytes=0
            pidfile=\(folder)/pid

            """
        let sections = programs.enumerated().map { number, program in
            """
            [program:program\(number)]
            command=\(line(program))
            autorestart=true
            stdout_logfile=NONE
            stderr_logfile=NONE

            """
        }
        try write(([general] + sections).joined(separator: "\n"), to: configuration)
        return try Command(
            installed: "supervisord", package: "supervisor", ["-c", configuration.string])
    }

    private static func runit(_ programs: [[String]], in folder: FilePath) throws -> Command {
        for (number, program) in programs.enumerated() {
            let service = folder.appending("program\(number)")
            try FileManager.default.createDirectory(
                atPath: service.string, withIntermediateDirectories: true)
            let script = service.appending("run")
            try Script.write("#!/bin/sh\nexec \(line(program))\n", to: script)
        }
        return try Command(installed: "runsvdir", package: "runit", [folder.string])
    }

    /// Quotes a command line for a shell.
    private static func line(_ program: [String]) -> String {
        program.map { "'\($0)'" }.joined(separator: " ")
    }

    private static func write(_ text: String, to path: FilePath) throws {
        try text.write(toFile: path.string, atomically: false, encoding: .utf8)
    }
}

/// A program that runs during a measurement and is then killed with all its descendants.
enum Background {
    /// Starts `command`. `body` gets its pid and start time.
    static func with<Value>(
        _ command: Command, log: FilePath,
        _ body: (pid_t, ContinuousClock.Instant) async throws -> Value
    ) async throws -> Value {
        let start = ContinuousClock.now
        let pid = try MeasuredRun.spawn(command, log: log)
        defer { end(pid) }
        return try await body(pid, start)
    }

    /// Orphans become our children, because we are PID 1.
    private static func end(_ pid: pid_t) {
        let all = [pid] + ProcessSnapshot().descendants(of: pid).map(\.pid)
        for one in all { kill(one, SIGKILL) }
        for one in all { waitpid(one, nil, 0) }
    }
}
