extension Rule {
    /// The check opens no Internet socket.
    static let checkUsesNoNetwork = Rule("check-uses-no-network", .check) {
        examination throws(Obstacle) in
        for uri in [examination.uri] + ForeignURIs.others(than: examination.uri) {
            let seen = try examination.check(uri, network: .reported)
            guard seen.sockets.isEmpty else {
                return .broken(
                    "check opened an Internet socket for '\(uri.excerpt(80))', in \(seen.sockets.listed)",
                    asked: "It must not use the network: every backend is asked for every URI")
            }
        }
        return .passed("check opened no Internet socket")
    }
}
