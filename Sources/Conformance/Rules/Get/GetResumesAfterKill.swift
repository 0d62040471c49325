import Glibc

extension Rule {
    /// After kill -9 the same command delivers the data.
    static let getResumesAfterKill = Rule("get-survives-kill", .get) {
        examination throws(Obstacle) in
        let run = try Interrupted.get(SIGKILL, in: examination)
        if let fault = run.fault(comparedTo: try examination.reference) {
            return .broken(
                "get was killed after \(run.stopped.duration.inSeconds); \(fault)",
                asked: "The files of get must survive that it is killed, so that the same command succeeds")
        }
        return .passed(
            "get was killed after \(run.stopped.duration.inSeconds); the same command then succeeded")
    }
}
