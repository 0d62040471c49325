import BackendContract
import LinuxSystem
import SeedList
import SystemPackage

/// Keeps the children in step with the seed lists.
final class ListedSeeders {
    private let lists: SeedLists
    private let finder: ProgramFinder
    private let isOn: Bool
    private let children: Children
    private let downloads: Downloads?
    private let status: StatusCollector
    private let log: Log
    private var watches: [SeedListWatch] = []
    private var isEnding = false

    /// Reads nothing yet. `status` learns what is wrong with the lists.
    init(
        _ lists: SeedLists, _ seeding: SupervisorConfiguration.Seeding, children: Children,
        downloads: Downloads?, status: StatusCollector, log: Log
    ) {
        self.lists = lists
        finder = seeding.finder
        isOn = seeding.isOn
        self.children = children
        self.downloads = downloads
        self.status = status
        self.log = log
    }

    /// Plans the start of all seeders, and follows changes of the lists from now on.
    func begin(loop: EventLoop, clock: SuspendingClock) {
        guard isOn else {
            log.say("nothing is seeded because of \(EnvironmentVariable.seed.rawValue)")
            return
        }
        for path in lists.paths {
            do throws(Errno) {
                watches.append(try SeedListWatch(path, loop: loop, clock: clock))
            } catch {
                log.warn("cannot watch \(path) for changes: \(error); send SIGHUP after a change")
            }
        }
        reload()
    }

    /// When the next action is due, nil if none is.
    var deadline: SuspendingClock.Instant? { watches.compactMap(\.deadline).min() }

    /// Performs the actions that are due.
    func act() {
        // Each watch is asked, because a change that is not taken stays due.
        if !watches.filter({ $0.takeChange() }).isEmpty { reload() }
    }

    /// Ignores all later changes, because `pierdatd` stops.
    func end() {
        isEnding = true
    }

    /// Reads the lists again.
    func reload() {
        guard isOn, !isEnding else { return }
        do {
            let (list, faults) = try lists.read()
            status.fault = faults.first.map { lists.complaint($0) }
            if !faults.isEmpty { warn(of: faults) }
            guard faults.isEmpty || children.isEmpty else { return }
            if list.lines.isEmpty, faults.isEmpty, downloads?.arePending != true {
                log.say("there is nothing to seed: \(lists.names) is empty or missing")
            }
            log.debug("\(lists.names): \(list.lines.count) lines")
            try lists.serve(list)
            let (came, went) = children.apply(ServicePlan(list, hasServer: hasServer))
            if came + went > 0 { log.say("seed list: \(came) to start, \(went) to stop") }
        } catch {
            status.fault = "\(error)"
            log.error("\(error)")
        }
    }

    private func warn(of faults: [SeedLists.Fault]) {
        let others = faults.count > 1 ? ", and \(faults.count - 1) more" : ""
        let effect = children.isEmpty ? "" : "; the seeders that run are kept"
        log.warn("\(faults[0])\(others)\(effect)")
    }

    private func hasServer(_ backend: String) -> Bool {
        finder.find(BackendProgram(.serve, of: backend).fileName) != nil
    }
}
