import ArgumentParser

/// One of the built-in backend's executables.
protocol BackendCommand: ParsableCommand {
    func perform(in installation: Installation, environment: [String: String]) throws
}

extension BackendCommand {
    func run() throws {
        try perform(in: .current(), environment: ProcessEnvironment.current)
    }
}
