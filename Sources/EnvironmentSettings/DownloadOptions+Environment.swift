import BackendContract
import BitTorrent
import SystemPackage

extension DownloadOptions {
    /// Reads the environment variables. A setting that is not set keeps its default.
    public init(environment: [String: String]) throws(SettingError) {
        self.init()
        let settings = SettingReader(environment)
        selection = try settings.value(
            .select, "names or patterns of files, one a line", FileSelection.init)
        cache = try settings.value(.cache, "a folder") { FilePath($0) }
        let limit = try settings.value(
            .cacheLimit, "bytes, such as 500M or 20G (0: no limit)", SettingReader.size)
        if let limit { cacheLimit = limit }
    }
}
