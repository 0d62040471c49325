extension Rule {
    /// The check declines URIs of other networks, and prints nothing about them.
    static let checkIsSilent = Rule("check-is-silent", .check) { examination throws(Obstacle) in
        let uris = ForeignURIs.others(than: examination.uri)
        for uri in uris {
            let seen = try examination.check(uri)
            if seen.isSuccess {
                guard uri == ForeignURIs.unknown else { continue }
                return .broken(
                    "check accepted '\(uri)', which no backend supports",
                    asked: "It must exit with another code than 0 for URIs of other networks")
            }
            // 65: the URI is the backend's own, but malformed, and the user must know why.
            guard seen.end != .ended(.exited(65)), !seen.errors.isEmpty else { continue }
            return .broken(
                "check declined '\(uri)'\(seen.lastWords)",
                asked: "It must print nothing about URIs of other networks")
        }
        return .passed("check printed nothing about \(uris.count) URIs of other networks")
    }
}
