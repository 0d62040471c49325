import ArgumentParser

/// An executable of the built-in backend.
protocol BackendCommand: ParsableCommand {
    func perform(in installation: Installation, environment: [String: String]) throws
}

extension BackendCommand {
    func run() throws {
        try perform(in: .current(), environment: ProcessEnvironment.current)
    }
}
