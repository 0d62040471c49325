extension Rule {
    /// No process is left when a get has ended.
    static let getLeavesNoProcess = Rule("get-leaves-no-process", .get) {
        examination throws(Obstacle) in
        let left = try examination.reference.observation.leftProcesses
        guard left.isEmpty else {
            return .broken(
                "\(left.map(\.name).listed) still ran after get had ended",
                asked: "All processes that get has started must have ended when it ends")
        }
        return .passed("no process was left when get had ended")
    }
}
