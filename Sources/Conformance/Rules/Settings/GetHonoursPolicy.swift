extension Rule {
    /// Settings under which nothing can be reached. Port 1 refuses connections, and 192.0.2.1 is for documentation.
    private static let policies = [
        "PIERDAT_ALLOW": "192.0.2.1", "PIERDAT_DENY": "0.0.0.0/0,::/0",
        "PIERDAT_PROXY": "socks5://127.0.0.1:1", "PIERDAT_INTERFACE": "pierdat-none",
    ]

    /// A network policy is honoured, or check declines.
    static let getHonoursPolicy = Rule("honours-policy", .environment) {
        examination throws(Obstacle) in
        _ = try examination.reference
        guard try !examination.offlineDelivery.observation.isSuccess else {
            return .notApplicable("get needs no network for this URI")
        }
        var treatments: [String] = []
        for (name, value) in policies.sorted(by: { $0.key < $1.key }) {
            switch try SettingTrial.run([name: value], in: examination) {
            case .declined: treatments.append("check declines with \(name)")
            case .failed: treatments.append("get obeys \(name)")
            case .ignored:
                return .broken(
                    "with \(name)=\(value), get delivered data",
                    asked:
                        "A backend that cannot keep a network policy should fail its check if one is set"
                )
            }
        }
        return .passed(treatments.joined(separator: ", "))
    }
}
