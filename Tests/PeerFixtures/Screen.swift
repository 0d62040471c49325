import Glibc
import SystemPackage

/// A tmux terminal with one program: what a person would see.
public struct Screen: Sendable {
    private let socket: FilePath
    private let server: RunningProcess

    /// Runs `command` at a terminal of this width while `body` runs. Stores its own files in
    /// `state`.
    public static func showing<Value: Sendable>(
        _ command: Command, columns: Int, state: FilePath,
        _ body: @Sendable (Screen) async throws -> Value
    ) async throws -> Value {
        let socket = state.appending("tmux")
        return try await RunningProcess.with(tmux(["-D"], socket)) { server in
            let screen = Screen(socket: socket, server: server)
            // The socket exists before tmux listens.
            try await Patience.until {
                try await tmux(["-N", "show-options", "-g"], socket).run().status.isSuccess
                    ? () : nil
            }
            try await screen.control(["set-option", "-g", "remain-on-exit", "on"])
            try await screen.control(["set-option", "-g", "remain-on-exit-format", ""])
            let variables = command.environment.map { "\($0)=\($1)" }
            try await screen.control(
                ["new-session", "-d", "-x", "\(columns)", "-y", "20", "/usr/bin/env"] + variables
                    + [command.program.string] + command.arguments)
            return try await body(screen)
        }.value
    }

    /// The visible lines that are not blank.
    public var lines: [String] {
        get async throws {
            try await control(["capture-pane", "-p"]).split(separator: "\n")
                .filter { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
        }
    }

    /// Waits until the visible lines `match`, and returns them.
    @discardableResult
    public func shows(_ matches: @Sendable ([String]) -> Bool) async throws -> [String] {
        try await Patience.until(every: .milliseconds(100)) {
            let lines = try await lines
            return matches(lines) ? lines : nil
        }
    }

    /// Changes the width of the terminal.
    public func resize(columns: Int) async throws {
        try await control(["resize-window", "-x", "\(columns)"])
    }

    /// Closes the terminal, like a broken connection.
    public func hangUp() async throws {
        try await control(["kill-session"])
    }

    /// Presses a key, by tmux's name for it: "C-c".
    public func press(_ key: String) async throws {
        try await control(["send-keys", key])
    }

    /// Waits until the program has ended and returns its exit code.
    public func end() async throws -> Int32 {
        try await Patience.until(every: .milliseconds(100)) {
            // tmux sometimes misses the end of a program, which is then a zombie until tmux looks
            // again.
            try server.send(SIGCHLD)
            let words = try await control(
                ["display-message", "-p", "#{pane_dead} #{pane_dead_status}"]
            ).split(whereSeparator: \.isWhitespace)
            return words.count == 2 && words[0] == "1" ? Int32(words[1]) : nil
        }
    }

    @discardableResult
    private func control(_ arguments: [String]) async throws -> String {
        let ended = try await Self.tmux(["-N"] + arguments, socket).run()
        guard ended.status.isSuccess else { throw FixtureError("tmux: \(ended)") }
        return ended.output
    }

    private static func tmux(_ arguments: [String], _ socket: FilePath) throws -> Command {
        try Command(
            installed: "tmux", package: "tmux",
            ["-u", "-S", socket.string, "-f", "/dev/null"] + arguments)
    }
}
