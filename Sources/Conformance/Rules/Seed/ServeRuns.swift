import Glibc
import LinuxSystem
import SeedList
import SystemPackage

extension Rule {
    /// serve stays in the foreground, survives SIGHUP, and ends on SIGTERM.
    static let serveRuns = Rule("serve-runs", .serve) { examination throws(Obstacle) in
        guard ExecutableFile.exists(at: examination.backend.program(.serve)) else {
            return .notApplicable("there is no pierdat-serve-\(examination.backend.name)")
        }
        let list = examination.sandbox.kit.appending("pier.dat")
        let lines = try examination.present().lines.lines
        do throws(Errno) {
            let text = lines.map { $0.text + "\n" }.joined()
            try AtomicFile.write(Array(text.utf8), to: list, isDurable: false)
        } catch {
            throw .failed("cannot write \(list)", error)
        }
        let half = Examination.seedingTime / 2
        let seen = try examination.run(
            Trial(
                program: examination.backend.program(.serve), arguments: [list.string],
                confinement: Confinement(folder: "/"), limit: .seconds(60),
                signals: [
                    Trial.Signal(number: SIGHUP, moment: .after(half)),
                    .terminate(.after(half)),
                ], grace: Examination.seederGrace))
        guard let stop = seen.stop else {
            return .broken(
                "serve \(seen.ending) after \(seen.duration.inSeconds)\(seen.lastWords)",
                asked: "It must stay in the foreground, and read the seed list again on SIGHUP")
        }
        guard stop.lasted < Examination.seederGrace, seen.leftProcesses.isEmpty else {
            return .broken(
                "serve or a process of it still ran \(stop.lasted.inSeconds) after SIGTERM",
                asked: "It must end on SIGTERM, with all its processes")
        }
        return .passed("serve survived SIGHUP, and ended \(stop.lasted.inSeconds) after SIGTERM")
    }
}
