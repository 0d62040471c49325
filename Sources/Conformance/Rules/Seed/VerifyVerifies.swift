import LinuxSystem
import SystemPackage

extension Rule {
    /// verify accepts complete data, and rejects missing and damaged data.
    static let verifyVerifies = Rule("verify-verifies", .verify) { examination throws(Obstacle) in
        guard ExecutableFile.exists(at: examination.backend.program(.verify)) else {
            return .notApplicable("there is no pierdat-verify-\(examination.backend.name)")
        }
        let asked =
            "It must print the seed lines and exit with 0 for complete data, and exit with 65 otherwise"
        let reference = try examination.present()
        let sandbox = examination.sandbox
        let seen = try examination.verify(sandbox.destination)
        guard seen.isSuccess else {
            return .broken(
                "for complete data, verify \(seen.ending)\(seen.lastWords)", asked: asked)
        }
        guard TreeContents(of: sandbox.destination) == reference.data else {
            return .broken("verify changed the data", asked: asked)
        }
        let empty = sandbox.kit.appending("empty")
        do throws(Errno) {
            try Folder.make(empty)
            if let file = reference.data.files.first {
                try Damage.add(to: sandbox.destination.pushing(file))
            }
        } catch {
            throw .failed("cannot change the data", error)
        }
        let missing = try examination.verify(empty)
        guard missing.end == .ended(.exited(65)) else {
            return .broken("for missing data, verify \(missing.ending)", asked: asked)
        }
        let damaged = try examination.verify(sandbox.destination)
        guard damaged.end == .ended(.exited(65)) else {
            return .broken("for data with a changed byte, verify \(damaged.ending)", asked: asked)
        }
        return .passed("verify accepts complete data, and rejects missing and damaged data")
    }
}

extension Examination {
    fileprivate func verify(_ path: FilePath) throws(Obstacle) -> Observation {
        try run(
            Trial(
                program: backend.program(.verify), arguments: [uri, path.string],
                confinement: Confinement(folder: sandbox.work), limit: limit))
    }
}
