import Glibc

extension Rule {
    /// SIGTERM ends a get quickly, and the same command then delivers the data.
    static let getEndsOnSIGTERM = Rule("get-ends-on-sigterm", .get) {
        examination throws(Obstacle) in
        let asked = "On SIGTERM, get must exit within 1.5 s, so that the same command can resume"
        let run = try Interrupted.get(SIGTERM, in: examination)
        let lasted = run.stopped.stop?.lasted ?? .zero
        guard lasted <= Interrupted.patience else {
            let end =
                run.stopped.end == .ended(.killed(signal: SIGKILL))
                ? "still ran \(lasted.inSeconds) after SIGTERM"
                : "ended \(lasted.inSeconds) after SIGTERM"
            return .broken("get \(end)", asked: asked)
        }
        if let fault = try run.fault(in: examination) {
            return .broken("get ended on SIGTERM; \(fault)", asked: asked)
        }
        let held = run.stopped.stop?.held ?? 0
        return .passed(
            "get ended \(lasted.inSeconds) after SIGTERM, with \(held.inBytes) on disk; the same command then succeeded"
        )
    }
}
