import Backends
import Digest
import Glibc
import ImageLayer
import LinuxSystem
import SeedList
import SystemPackage

/// One backend under test, with one URI: runs its executables for the rules.
final class Examination {
    let sandbox: Sandbox
    let backend: Backend
    let uri: String
    /// The digest that the data must have, if it is known.
    let expected: ContentDigest?
    /// One get may take this long.
    let limit: Duration
    /// The folders of PATH.
    let path: [FilePath]
    private let runner: TrialRunner
    private var first: Result<Delivery, Obstacle>?
    private var second: Result<Delivery, Obstacle>?
    private var killed: Result<Interrupted, Obstacle>?
    private var seeder: Result<Observation?, Obstacle>?
    private var offline: Result<Delivery, Obstacle>?

    /// A get, and what it left.
    struct Delivery {
        let observation: Observation
        let data: TreeContents
        let state: TreeContents
        let lines: SeedList
        /// What it wrote to PIERDAT_MANIFEST.
        let manifest: [UInt8]
    }

    /// How a get differs from a plain one.
    struct Request {
        var uri: String?
        var destination: FilePath?
        var settings: [String: String] = [:]
        var writing = Confinement.Writing.everywhere
        var network = Confinement.Network.unrestricted
        var limit: Duration?
        var signals: [Trial.Signal] = []
    }

    init(
        sandbox: Sandbox, backend: Backend, subject: ConformanceTest.Subject, limit: Duration,
        path: [FilePath], runner: TrialRunner
    ) {
        self.sandbox = sandbox
        self.backend = backend
        uri = subject.uri
        expected = subject.expected
        self.limit = limit
        self.path = path
        self.runner = runner
    }

    // MARK: Runs

    /// Runs the check.
    func check(
        _ uri: String, settings: [String: String] = [:],
        network: Confinement.Network = .unrestricted
    ) throws(Obstacle) -> Observation {
        var confinement = Confinement(folder: sandbox.work)
        confinement.network = network
        return try runner.run(
            Trial(
                program: backend.program(.check), arguments: [uri], settings: settings,
                confinement: confinement, limit: .seconds(30)))
    }

    /// Runs a get into DEST as it is, and normalizes what it leaves, as `pierdat` does.
    func get(_ request: Request = Request()) throws(Obstacle) -> Delivery {
        let destination = request.destination ?? sandbox.destination
        let manifest = sandbox.manifest
        try empty(manifest)
        var confinement = Confinement(folder: sandbox.work)
        confinement.writing = request.writing
        confinement.network = request.network
        let data = DataNormalization(time: .fixed)
        let state = StateNormalization(
            seedList: sandbox.seedList, state: sandbox.state, time: .fixed)
        let watch = try? data.watch(destination)
        let observation = try runner.run(
            Trial(
                program: backend.program(.get),
                arguments: [request.uri ?? uri, destination.string],
                settings: request.settings.merging([
                    "PIERDAT_MANIFEST": manifest.string
                ]) { $1 }, confinement: confinement, limit: request.limit ?? limit,
                signals: request.signals))
        if observation.isSuccess, let watch {
            _ = try? data.finish(watch, isOfOneBackend: false)
            _ = try? state.finish()
        }
        return Delivery(
            observation: observation, data: TreeContents(of: destination),
            state: TreeContents(of: sandbox.state), lines: SeedList(parsing: observation.output),
            manifest: SmallFile.contents(of: manifest, atMost: 64 << 20) ?? [])
    }

    /// Runs another program, such as a seeder.
    func run(_ trial: Trial) throws(Obstacle) -> Observation { try runner.run(trial) }

    private func empty(_ file: FilePath) throws(Obstacle) {
        do throws(Errno) {
            try AtomicFile.write([], to: file, isDurable: false)
        } catch {
            throw .failed("cannot write \(file)", error)
        }
    }

    // MARK: The data

    /// The first get, into a missing DEST.
    var firstDelivery: Delivery {
        get throws(Obstacle) {
            if let first { return try first.get() }
            sandbox.clear()
            let result = Result { () throws(Obstacle) in try get() }
            first = result
            return try result.get()
        }
    }

    /// The first get if it delivered data. Otherwise the rule cannot be checked.
    var reference: Delivery {
        get throws(Obstacle) {
            let delivery = try firstDelivery
            guard delivery.observation.isSuccess, !delivery.data.files.isEmpty else {
                throw .notChecked("get delivered no data; see get-succeeds")
            }
            return delivery
        }
    }

    /// Another get into a missing DEST, to compare it with the first.
    var secondDelivery: Delivery {
        get throws(Obstacle) {
            if let second { return try second.get() }
            sandbox.clear()
            let result = Result { () throws(Obstacle) in try get() }
            second = result
            return try result.get()
        }
    }

    /// The first difference of `data` from that of the first get, in words. Leaves out what differs between any
    /// two gets, which is the subject of a rule of its own.
    func difference(of data: TreeContents) throws(Obstacle) -> String? {
        let (first, second) = (try reference.data, try secondDelivery)
        guard second.observation.isSuccess else { return data.difference(from: first) }
        let unstable = second.data.differing(from: first)
        return data.without(unstable).difference(from: first.without(unstable))
    }

    /// A get whose data lies in DEST: the first, or another if other rules have changed the data.
    func present() throws(Obstacle) -> Delivery {
        let reference = try reference
        // Comparisons need it, and it replaces what lies in DEST.
        _ = try secondDelivery
        let isThere =
            TreeContents(of: sandbox.destination) == reference.data
            && TreeContents(of: sandbox.state) == reference.state
        guard !isThere else { return reference }
        sandbox.clear()
        let delivery = try get()
        guard delivery.observation.isSuccess, try difference(of: delivery.data) == nil else {
            throw .notChecked("another get did not deliver the same data")
        }
        return delivery
    }

    /// A get that was killed, and the same get after it.
    var killedGet: Interrupted {
        get throws(Obstacle) {
            if let killed { return try killed.get() }
            let result = Result { () throws(Obstacle) in
                try Interrupted.get(SIGKILL, in: self)
            }
            killed = result
            return try result.get()
        }
    }

    /// A run of the first seed line. nil if there is none.
    var seeding: Observation? {
        get throws(Obstacle) {
            if let seeder { return try seeder.get() }
            let result = Result { () throws(Obstacle) in
                try seedLine().map { line throws(Obstacle) in
                    try seed(line, grace: Self.seederGrace) { _ in }
                }
            }
            seeder = result
            return try result.get()
        }
    }

    /// A get without a network, into a missing DEST.
    var offlineDelivery: Delivery {
        get throws(Obstacle) {
            if let offline { return try offline.get() }
            sandbox.clear()
            var request = Request()
            request.network = .none
            request.settings = Self.shortLimits
            request.limit = Self.shortPatience
            let result = Result { () throws(Obstacle) in try get(request) }
            offline = result
            return try result.get()
        }
    }

    /// Time limits for a get that cannot succeed, and the time after which `pierdat` would stop it.
    static let shortLimits = ["PIERDAT_TIMEOUT": "10", "PIERDAT_STALL_TIMEOUT": "3"]
    static let shortPatience = Duration.seconds(13)
}
