/// A get that the kit ends by a signal, and the same get after it.
struct Interrupted {
    /// The time in which a get must end.
    static let patience = Duration.milliseconds(1500)

    let stopped: Observation
    let again: Examination.Delivery

    /// Sends `signal` as soon as data appears. If get ends before, tries again with an earlier signal. Throws
    /// `notChecked` if get is always faster.
    static func get(_ signal: Int32, in examination: Examination) throws(Obstacle) -> Interrupted {
        let usual = try examination.reference.observation.duration
        for part in [1.0, 0.5, 0.25, 0.1, 0] {
            examination.sandbox.clear()
            var request = Examination.Request()
            let latest = part == 1 ? examination.limit : usual * part
            let folders = [examination.sandbox.destination, examination.sandbox.state]
            request.signals = [
                Trial.Signal(
                    number: signal, moment: .whenData(below: folders, atTheLatest: latest))
            ]
            let stopped = try examination.get(request).observation
            // A get that was almost complete may still succeed in time.
            guard let stop = stopped.stop, !stopped.isSuccess || stop.lasted > patience else {
                continue
            }
            return Interrupted(stopped: stopped, again: try examination.get())
        }
        throw .notChecked(
            "get always ended within \(usual.inSeconds), before it could be stopped; use larger data"
        )
    }

    /// What is wrong with the second get, in words. nil if it delivered the data.
    func fault(in examination: Examination) throws(Obstacle) -> String? {
        guard again.observation.isSuccess else {
            return "the same command then \(again.observation.ending)\(again.observation.lastWords)"
        }
        return try examination.difference(of: again.data).map { "after the same command, \($0)" }
    }
}
