import SystemPackage

/// A terminal, tmux's, with one program at it: what a person would see.
public struct Screen: Sendable {
    private let socket: FilePath

    /// Runs `command` at a terminal of this width while `body` runs. Its own files lie in `state`.
    public static func showing<Value: Sendable>(
        _ command: Command, columns: Int, state: FilePath,
        _ body: @Sendable (Screen) async throws -> Value
    ) async throws -> Value {
        let screen = Screen(socket: state.appending("tmux"))
        return try await RunningProcess.with(screen.tmux(["-D"])) { _ in
            // Its socket is there before it listens.
            try await Patience.until {
                try await screen.tmux(["-N", "show-options", "-g"]).run().status.isSuccess
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

    /// The lines that are not blank, as they are seen.
    public var lines: [String] {
        get async throws {
            try await control(["capture-pane", "-p"]).split(separator: "\n")
                .filter { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
        }
    }

    /// Waits until what is seen `matches`, and returns it.
    @discardableResult
    public func shows(_ matches: @Sendable ([String]) -> Bool) async throws -> [String] {
        try await Patience.until(every: .milliseconds(100)) {
            let lines = try await lines
            return matches(lines) ? lines : nil
        }
    }

    /// Makes the terminal as wide as this.
    public func resize(columns: Int) async throws {
        try await control(["resize-window", "-x", "\(columns)"])
    }

    /// Takes the terminal away from the program, as a connection does that breaks.
    public func hangUp() async throws {
        try await control(["kill-session"])
    }

    /// Presses a key, under tmux's name for it: "C-c".
    public func press(_ key: String) async throws {
        try await control(["send-keys", key])
    }

    /// Waits for the end of the program; returns its status.
    public func end() async throws -> Int32 {
        try await Patience.until(every: .milliseconds(100)) {
            let words = try await control(
                ["display-message", "-p", "#{pane_dead} #{pane_dead_status}"]
            ).split(whereSeparator: \.isWhitespace)
            return words.count == 2 && words[0] == "1" ? Int32(words[1]) : nil
        }
    }

    @discardableResult
    private func control(_ arguments: [String]) async throws -> String {
        let ended = try await tmux(["-N"] + arguments).run()
        guard ended.status.isSuccess else { throw FixtureError("tmux: \(ended)") }
        return ended.output
    }

    private func tmux(_ arguments: [String]) throws -> Command {
        try Command(
            installed: "tmux", package: "tmux",
            ["-u", "-S", socket.string, "-f", "/dev/null"] + arguments)
    }
}
