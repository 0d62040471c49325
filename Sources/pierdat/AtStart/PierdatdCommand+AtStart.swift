import BackendContract
import Supervisor

extension PierdatdCommand {
    /// What to download first. nil if the get list is empty.
    static func downloads(
        _ installation: Installation, _ environment: [String: String], warnings: inout [String]
    ) -> DownloadSettings? {
        var downloads = DownloadSettings(
            program: installation.programs.appending(Program.pierdat.rawValue))
        downloads.lines = GetList(installation, environment: environment).lines
        guard !downloads.lines.isEmpty else { return nil }
        if let text = environment[.start], !text.isEmpty {
            if let start = DownloadSettings.Start(rawValue: text.lowercased()) {
                downloads.start = start
            } else {
                warnings.append(
                    "PIERDAT_START=\(text.onOneLine) is invalid: expected wait or beside; using wait"
                )
            }
        }
        if let text = environment[.getRetry], !text.isEmpty {
            if let retries = RetryLimit(parsing: text) {
                downloads.retries = retries
            } else {
                warnings.append(
                    "PIERDAT_GET_RETRY=\(text.onOneLine) is invalid: expected on, off or a number; using on"
                )
            }
        }
        return downloads
    }
}

extension PierdatdCommand {
    /// True if COMMAND need not wait for a download.
    static func mayStartAtOnce(_ environment: [String: String]) throws -> Bool {
        var warnings: [String] = []
        let (installation, _) = try Self.installation(environment)
        return downloads(installation, environment, warnings: &warnings)?.holdsProgram != true
    }
}
