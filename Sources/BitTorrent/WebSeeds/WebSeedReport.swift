/// Reports the failures of web seeds, one line for each web seed.
struct WebSeedReport {
    /// The URLs of the web seeds.
    let webSeeds: [String]
    let failures: [WebSeedFailure]

    /// The maximum number of files listed per reason.
    private static let mostFiles = 5

    var lines: [String] {
        webSeeds.map { url in
            let own = failures.filter { $0.concerns(url) }
            return
                "web seed \(RemoteURL.redacted(url)): \(own.isEmpty ? "has sent nothing so far" : Self.words(own))"
        }
    }

    /// The reasons, each with its files.
    private static func words(_ failures: [WebSeedFailure]) -> String {
        var reasons: [String] = []
        var files: [String: [String]] = [:]
        for failure in failures {
            if files[failure.reason] == nil { reasons.append(failure.reason) }
            files[failure.reason, default: []] += failure.file.map { [$0] } ?? []
        }
        return reasons.map { reason in
            let names = files[reason] ?? []
            guard !names.isEmpty else { return reason }
            let rest = names.count - mostFiles
            let more = rest > 0 ? " and \(rest) more file\(rest == 1 ? "" : "s")" : ""
            return "\(names.prefix(mostFiles).joined(separator: ", "))\(more): \(reason)"
        }.joined(separator: "; ")
    }
}
