import ArgumentParser
import BackendContract
import Backends
import LinuxSystem

/// `--backend`, shared by the commands that use backends.
struct BackendOption: ParsableArguments {
    @Option(
        name: .customLong("backend"),
        help: ArgumentHelp("Use only this backend.", valueName: "name"))
    var name: String?

    /// The backends to try. Throws if none has the given name.
    func backends(of directory: BackendDirectory) throws(Failure) -> [Backend] {
        let all = directory.backends()
        guard let name else { return all }
        guard let named = all.first(where: { $0.name == name }) else {
            throw Failure(
                .noBackend,
                """
                there is no backend '\(name.excerpt(40))'. A backend NAME needs the programs \
                pierdat-check-NAME and pierdat-get-NAME beside pierdat or on PATH. Available: \(all.names)
                """)
        }
        return [named]
    }

    /// The environment for backends, as the contract defines it.
    var settings: [String: String] {
        name.map { [EnvironmentVariable.backend.rawValue: $0] } ?? [:]
    }
}
