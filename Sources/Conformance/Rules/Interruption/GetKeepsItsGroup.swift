extension Rule {
    /// All processes of a get are in its process group, so that a signal to the group reaches them.
    static let getKeepsItsGroup = Rule("get-stays-in-group", .get) { examination throws(Obstacle) in
        let asked = "Stay in the process group: pierdat ends all processes of get by a signal to it"
        let seen = try examination.killedGet.stopped
        guard seen.strays.isEmpty else {
            return .broken("\(seen.strays.listed) ran in another process group", asked: asked)
        }
        guard seen.leftProcesses.isEmpty else {
            return .broken(
                "\(seen.leftProcesses.map(\.name).listed) still ran after get's process group was killed",
                asked: asked)
        }
        return .passed("no process was left after get's process group was killed")
    }
}
