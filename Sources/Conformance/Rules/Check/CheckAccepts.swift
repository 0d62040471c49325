extension Rule {
    /// The check accepts the URI under test.
    static let checkAccepts = Rule("check-accepts", .check) { examination throws(Obstacle) in
        let seen = try examination.check(examination.uri)
        guard seen.isSuccess else {
            return .broken(
                "check \(seen.ending) for the URI\(seen.lastWords)",
                asked:
                    "It must exit with 0 if the backend supports the URI and its programs are installed"
            )
        }
        return .passed("check accepted the URI after \(seen.duration.inSeconds)")
    }
}
