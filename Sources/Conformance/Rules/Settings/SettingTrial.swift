/// Checks that a backend honours a setting, or declines URIs while it is set.
enum SettingTrial {
    /// How a backend treats a setting.
    enum Treatment: Equatable {
        /// Its check declines the URI.
        case declined
        /// Its get fails, in words.
        case failed(String)
        /// Its get delivers data as if the setting were not there.
        case ignored
    }

    /// Runs check, and get if that accepts the URI, with settings under which no get may deliver the data.
    static func run(
        _ settings: [String: String], in examination: Examination
    ) throws(Obstacle) -> Treatment {
        guard try examination.check(examination.uri, settings: settings).isSuccess else {
            return .declined
        }
        examination.sandbox.clear()
        var request = Examination.Request()
        request.settings = settings.merging(Examination.shortLimits) { $1 }
        request.limit = Examination.shortPatience
        let delivery = try examination.get(request)
        let seen = delivery.observation
        guard seen.isSuccess, !delivery.data.files.isEmpty else { return .failed(seen.ending) }
        return .ignored
    }
}
