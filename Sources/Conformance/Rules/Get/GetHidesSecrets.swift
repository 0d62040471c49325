import LinuxSystem
import SystemPackage

extension Rule {
    /// The password of a URL does not appear in output or state.
    static let getHidesSecrets = Rule("get-hides-secrets", .get) { examination throws(Obstacle) in
        guard let secret = password(of: examination.uri) else {
            return .notApplicable("the URI has no user:password@")
        }
        let asked = "Omit user:password@ from everything that is printed or stored"
        let delivery = try examination.firstDelivery
        let seen = delivery.observation
        if seen.errors.contains(secret) {
            return .broken("standard error of get has the password", asked: asked)
        }
        if String(decoding: seen.output, as: UTF8.self).contains(secret) {
            return .broken("a seed line has the password", asked: asked)
        }
        for path in delivery.state.files {
            let file = examination.sandbox.state.pushing(path)
            let bytes = SmallFile.contents(of: file, atMost: 64 << 20) ?? []
            if String(decoding: bytes, as: UTF8.self).contains(secret) {
                return .broken("'\(path)' in the state folder has the password", asked: asked)
            }
        }
        return .passed("get neither printed nor stored the password")
    }

    private static func password(of uri: String) -> String? {
        guard let match = uri.firstMatch(of: /:\/\/[^\/@:]*:([^\/@]+)@/) else { return nil }
        return String(match.1)
    }
}
