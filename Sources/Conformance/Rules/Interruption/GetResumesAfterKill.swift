extension Rule {
    /// After kill -9 the same command delivers the data.
    static let getResumesAfterKill = Rule("get-survives-kill", .get) {
        examination throws(Obstacle) in
        let run = try examination.killedGet
        if let fault = try run.fault(in: examination) {
            return .broken(
                "get was killed after \(run.stopped.duration.inSeconds); \(fault)",
                asked:
                    "The files of get must survive that it is killed, so that the same command succeeds"
            )
        }
        return .passed(
            "get was killed after \(run.stopped.duration.inSeconds); the same command then succeeded"
        )
    }
}
