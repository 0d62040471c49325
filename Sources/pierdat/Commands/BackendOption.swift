import ArgumentParser
import BackendContract
import Backends
import LinuxSystem

/// `--backend`, of every command that asks backends.
struct BackendOption: ParsableArguments {
    @Option(
        name: .customLong("backend"),
        help: ArgumentHelp("Use this backend, and no other.", valueName: "name"))
    var name: String?

    /// Those that may be tried. Throws where there is none of the name that was given.
    func backends(of directory: BackendDirectory) throws(Failure) -> [Backend] {
        let all = directory.backends()
        guard let name else { return all }
        guard let named = all.first(where: { $0.name == name }) else {
            throw Failure(
                .noBackend,
                """
                there is no backend '\(name.excerpt(40))'. It would be the programs pierdat-check-NAME \
                and pierdat-get-NAME beside pierdat or on PATH. There are: \(all.names)
                """)
        }
        return [named]
    }

    /// What it tells backends, as the contract has it.
    var settings: [String: String] {
        name.map { [EnvironmentVariable.backend.rawValue: $0] } ?? [:]
    }
}
