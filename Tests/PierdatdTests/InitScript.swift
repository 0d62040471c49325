import Foundation
import Glibc
import LinuxSystem
import SystemPackage
import Testing

/// A shell for the init script.
struct Shell: CustomTestStringConvertible {
    let testDescription: String
    let words: [String]

    static let all = [
        Shell(testDescription: "dash", words: ["/usr/bin/dash"]),
        Shell(testDescription: "busybox sh", words: ["/usr/bin/busybox", "sh"]),
    ]
}

/// The init script of an overlay.
struct InitScript {
    private let site: Site
    private let shell: Shell
    /// PATH for the script. busybox provides all programs.
    private let path: FilePath

    /// The result and output of a run.
    struct Run {
        let status: Int32
        let output: String
        let errors: String
    }

    init(of site: Site, in shell: Shell = Shell.all[0]) throws {
        self.site = site
        self.shell = shell
        path = try site.folder.make("bin")
        for name in ["cat", "dirname", "kill", "mkdir", "readlink", "rm", "setsid", "sh", "sleep"] {
            symlink("/usr/bin/busybox", path.appending(name).string)
        }
    }

    var logFile: FilePath { site.overlay.prefix.appending("var/log/pierdatd.log") }
    var log: String { ProcessStatus.text(logFile.string) }

    var pidFile: FilePath { site.overlay.prefix.appending("run/pierdatd.pid") }

    /// The pid in the pid file.
    var pid: pid_t? {
        pid_t(ProcessStatus.text(pidFile.string).trimmingCharacters(in: .newlines))
    }

    /// The pids of all running daemons of this overlay.
    var daemons: [pid_t] {
        let program = site.overlay.prefix.appending("usr/bin/pierdat").string
        return ProcessTable.all.filter {
            ProcessTable.name(of: $0) == "pierdatd" && ProcessTable.executable(of: $0) == program
        }
    }

    /// Runs the script until it has ended and closed its output. Returns the exit code.
    func run(_ arguments: String...) throws -> Int32 {
        try run(arguments).status
    }

    /// The same through a `wrapper`, with the given output descriptor if any.
    func run(
        _ arguments: [String], by wrapper: [String] = [], output: CInt? = nil
    ) throws -> Run {
        try start(arguments, by: wrapper, output: output).end()
    }

    /// Runs it several times concurrently. Returns the exit codes.
    func runAtOnce(_ argument: String, times: Int) throws -> [Int32] {
        try (0..<times).map { _ in try start([argument]) }.map { try $0.end().status }
    }

    private struct Started {
        let process: Daemon

        func end() throws -> Run {
            let output = try process.output.end()
            let errors = try process.errors.end()
            return Run(status: try process.end().exitStatus, output: output, errors: errors)
        }
    }

    private func start(
        _ arguments: [String], by wrapper: [String] = [], output: CInt? = nil
    ) throws -> Started {
        let script = site.overlay.prefix.appending("etc/init.d/pierdatd").string
        return Started(
            process: try Daemon(
                wrapper + shell.words + [script] + arguments, in: .subreaper,
                environment: ["PATH": path.string], output: output))
    }

    /// Writes `text` to the settings file.
    func set(_ text: String) throws {
        let folder = site.overlay.prefix.appending("etc/default")
        try Folder.make(folder)
        try AtomicFile.write(Array(text.utf8), to: folder.appending("pierdatd"))
    }

    /// Kills all daemons.
    func end() {
        for pid in daemons { kill(pid, SIGKILL) }
    }
}
