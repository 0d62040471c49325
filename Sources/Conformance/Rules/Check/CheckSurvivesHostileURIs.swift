import LinuxSystem
import SystemPackage

extension Rule {
    private static let asked =
        "A URI may contain anything: quote it, and make sure that no program takes it for an option"
    /// Gets take longer than checks.
    private static let mostGets = 6

    /// Hostile URIs are declined, or fail, without harm.
    static let checkSurvivesHostileURIs = Rule("hostile-uris", .executables) {
        examination throws(Obstacle) in
        for uri in HostileURIs.options {
            let seen = try examination.check(uri)
            if seen.isSuccess {
                return .broken("check accepted '\(uri)'", asked: asked)
            }
            if let harm = harm(of: seen, by: uri, in: examination) { return harm }
        }
        var accepted: [String] = []
        let uris = HostileURIs.injections(like: examination.uri)
        for uri in uris {
            let seen = try examination.check(uri)
            if let harm = harm(of: seen, by: uri, in: examination) { return harm }
            if seen.isSuccess { accepted.append(uri) }
        }
        for uri in accepted.prefix(mostGets) {
            if let harm = try harmOfGet(uri, in: examination) { return harm }
        }
        return .passed(
            "\(HostileURIs.options.count + uris.count) hostile URIs did no harm; check accepted "
                + "\(accepted.count), and get was run with \(min(accepted.count, mostGets))")
    }

    private static func harmOfGet(
        _ uri: String, in examination: Examination
    ) throws(Obstacle) -> Finding.Verdict? {
        examination.sandbox.clear()
        var request = Examination.Request()
        request.uri = uri
        request.settings = Examination.shortLimits
        request.limit = Examination.shortPatience
        let delivery = try examination.get(request)
        let seen = delivery.observation
        if let harm = harm(of: seen, by: uri, in: examination) { return harm }
        guard seen.isSuccess, delivery.data.files.isEmpty else { return nil }
        return .broken(
            "get exited with 0 for '\(uri.excerpt(120))', but DEST has no file", asked: asked)
    }

    /// nil if the run did no harm.
    private static func harm(
        of seen: Observation, by uri: String, in examination: Examination
    ) -> Finding.Verdict? {
        let uri = uri.excerpt(120)
        if seen.hasCrashed {
            return .broken("'\(uri)' made it crash: it \(seen.ending)", asked: asked)
        }
        if let path = examination.sandbox.remove(named: HostileURIs.proof) {
            return .broken("'\(uri)' made it create '\(path)'", asked: asked)
        }
        return nil
    }
}

extension Sandbox {
    /// Deletes the files called `name`, and returns the path of the first. nil if there is none.
    fileprivate func remove(named name: String) -> String? {
        var found: FilePath?
        FolderTree(folder).visit { file in
            guard file.path.lastComponent?.string == name else { return }
            found = found ?? file.path
            try? file.remove()
        }
        return found?.string
    }
}
