import BackendContract
import Glibc
import LinuxSystem
import Origins
import SystemPackage

extension RegistryCredentials {
    /// Reads the file of `docker login`: config.json in DOCKER_CONFIG, or in ~/.docker. Nothing is stored if there
    /// is none.
    public init(environment: [String: String]) throws(SettingError) {
        let folder =
            environment.filled("DOCKER_CONFIG").map { FilePath($0) }
            ?? environment.filled("HOME").map { FilePath($0).appending(".docker") }
        guard let path = folder?.appending("config.json"),
            path.withPlatformString({ access($0, F_OK) }) == 0
        else {
            self.init()
            return
        }
        let bytes = SmallFile.contents(of: path, atMost: Self.longest)
        guard let bytes, let credentials = RegistryCredentials(json: bytes) else {
            throw SettingError(
                name: "DOCKER_CONFIG", value: path.string,
                expected: "a readable config.json, as 'docker login' writes it")
        }
        self = credentials
    }
}
