import Backends
import Glibc
import SeedList
import Synchronization
import SystemPackage
import Testing

@Suite("Backends are tried until one downloads the data", .timeLimit(.minutes(3)))
struct AcquisitionTests {
    private let folder: BackendFolder
    private let said = Said()

    init() throws {
        folder = try BackendFolder()
    }

    @Test("No backend is tried after the first success")
    func firstSuccess() throws {
        try folder.add("a", get: "exit 1")
        try folder.add("b", get: "echo seed-b")
        try folder.add("c", check: "touch '\(folder.path)/asked'", get: "echo seed-c")
        let outcome = try acquire(["uri"])
        #expect(outcome.lines.map(\.text) == ["seed-b"])
        #expect(outcome.succeeded == ["b"])
        #expect(folder.contents("asked") == nil)
    }

    @Test("With all backends requested, the lines of every successful one are used")
    func allBackends() throws {
        try folder.add("a", get: "echo seed-a")
        try folder.add("b", get: "echo lost; exit 1")
        try folder.add("c", get: "echo seed-c")
        let outcome = try acquire(["uri"], usesAll: true)
        #expect(outcome.lines.map(\.text) == ["seed-a", "seed-c"])
    }

    @Test("Alternative URIs are tried in order, each with every backend")
    func alternatives() throws {
        try folder.add("a", get: #"test "$1" = two && echo "seed-a $1""#)
        try folder.add("b", check: #"test "$1" = three"#, get: "echo seed-b")
        let outcome = try acquire(["one", "two", "three"])
        #expect(outcome.lines.map(\.text) == ["seed-a two"])
    }

    @Test("Arguments reach a backend unchanged, without a shell, and its stdin is empty")
    func arguments() throws {
        let uri = "$(touch x) 'a' \"b\" ; * \\ \n end"
        try folder.add(
            "a", check: #"printf %s "$1" >"$(dirname "$0")/checked""#,
            get:
                #"cat >"$(dirname "$0")/input"; printf '%s|%s|%s' $# "$1" "$2" >"$(dirname "$0")/got""#
        )
        let outcome = try acquire([uri], path: "/some/where else")
        #expect(outcome.lines == [])
        #expect(folder.contents("checked") == uri)
        #expect(folder.contents("got") == "2|\(uri)|/some/where else")
        #expect(folder.contents("input") == "")
    }

    @Test("A URI that no check accepts is reported differently from a failure")
    func noBackend() throws {
        try folder.add("a", check: "exit 1", get: "true")
        #expect { try acquire(["uri"]) } throws: { error in
            guard case .noBackend = error as? Acquisition.Failure else { return false }
            return true
        }
    }

    @Test("Failures are reported in the order of the attempts")
    func failures() throws {
        try folder.add("a", get: "exit 3")
        try folder.add("b", get: "kill -9 $$")
        let failures = try failures(["uri"])
        #expect(
            failures == [
                BackendFailure(backend: "a", cause: .exited(3)),
                BackendFailure(backend: "b", cause: .killed(9)),
            ])
    }

    @Test(
        "A full or unwritable destination, a wrong setting or a refused resource is not tried again",
        arguments: [64, 71, 73, 80] as [Int32])
    func place(status: Int32) throws {
        try folder.add("a", get: "exit \(status)")
        try folder.add("b", get: "echo seed-b")
        let failures = try failures(["one", "two"])
        #expect(failures == [BackendFailure(backend: "a", cause: .exited(status))])
    }

    @Test(
        "A malformed or missing URI is not tried with other backends, but the next URI is",
        arguments: [65, 66] as [Int32])
    func malformed(status: Int32) throws {
        try folder.add("b", get: #"test "$1" = two && echo "seed-b $1""#)
        try folder.add("a", get: #"test "$1" = two && exit 1; exit \#(status)"#)
        let one = try failures(["one"])
        #expect(one == [BackendFailure(backend: "a", cause: .exited(status))])
        #expect(try acquire(["one", "two"]).lines.map(\.text) == ["seed-b two"])
    }

    @Test("A URI that a check calls malformed is tried with no backend")
    func malformedByCheck() throws {
        try folder.add("a", check: "exit 65", get: "echo seed-a")
        try folder.add("b", get: "echo seed-b")
        let failures = try failures(["one", "two"])
        let malformed = BackendFailure(backend: "a", cause: .exited(65))
        #expect(failures == [malformed, malformed])
    }

    @Test("The timeout covers all attempts, and each is told the remaining time")
    func timeout() throws {
        let tell = #"echo "$PIERDAT_TIMEOUT" >>"$(dirname "$0")/told""#
        try folder.add("a", get: "\(tell); sleep 1.1; exit 1")
        try folder.add("b", get: "\(tell); exit 1")
        let failures = try failures(["one"], timeout: .seconds(600))
        #expect(failures.map(\.backend) == ["a", "b"])
        let told = folder.contents("told")?.split(separator: "\n").compactMap { Int($0) } ?? []
        try #require(told.count == 2)
        #expect(told[1] < told[0] && told[0] <= 600)
    }

    @Test("An attempt without remaining time is not made")
    func noTimeLeft() throws {
        try folder.add("a", get: "exec sleep 600")
        try folder.add("b", get: "echo seed-b")
        let failures = try failures(["one", "two"], timeout: .seconds(1))
        #expect(failures == [BackendFailure(backend: "a", cause: .timedOut)])
    }

    @Test(
        "A check that hangs is stopped and reported, and other backends are tried"
    )
    func silentCheck() throws {
        try folder.add(
            "a", check: "trap '' TERM; sleep 1000 & wait; sleep 1000", get: "echo seed-a")
        try folder.add("b", get: "echo seed-b")
        var said: [String] = []
        let acquisition = Acquisition(
            backends: folder.backends,
            runner: BackendRunner(
                environment: [:], timeout: nil, checkPatience: .milliseconds(100)),
            usesAll: false, say: { said.append($0) })
        let outcome = try acquisition.run(uris: ["uri"], path: "/tmp")
        #expect(outcome.lines.map(\.text) == ["seed-b"])
        #expect(
            said.first?.contains("backend a: its check did not finish within") == true, "\(said)")
        #expect(said.last == "trying backend b")
    }

    @Test("A check that hangs ends with the overall timeout")
    func silentCheckInTime() throws {
        try folder.add("a", check: "exec sleep 1000", get: "echo seed-a")
        let failures = try failures(["uri"], timeout: .milliseconds(100))
        #expect(failures == [BackendFailure(backend: "a", cause: .timedOut)])
    }

    @Test("A check that is killed is a failure that is reported, and other backends are tried")
    func killedCheck() throws {
        let killed = BackendFailure(backend: "a", cause: .killed(SIGKILL))
        try folder.add("a", check: "kill -9 $$", get: "echo seed-a")
        #expect(try failures(["uri"]) == [killed])
        #expect(said.lines == ["\(killed)"])
        try folder.add("b", get: "echo seed-b")
        #expect(try acquire(["uri"]).lines.map(\.text) == ["seed-b"])
    }

    @Test("A check that lacks a system resource ends the attempt")
    func checkWithoutResource() throws {
        try folder.add("a", check: "exit 71", get: "echo seed-a")
        try folder.add("b", get: "echo seed-b")
        let failures = try failures(["uri"])
        #expect(failures == [BackendFailure(backend: "a", cause: .exited(71))])
    }

    @Test("A process that a get leaves behind with its output open does not delay the end")
    func leftBehind() throws {
        try folder.add("a", get: "sleep 1000 & echo seed-a; echo $! >\"$(dirname \"$0\")/left\"")
        #expect(try acquire(["uri"]).lines.map(\.text) == ["seed-a"])
        let left = try #require(
            folder.contents("left").flatMap { pid_t($0.filter(\.isNumber)) })
        #expect(kill(left, SIGKILL) == 0)
    }

    @Test("A failure is printed unless the backend has already explained it")
    func toldOnce() throws {
        try folder.add("a", get: "echo reason >&2; exit 65")
        _ = try failures(["uri"])
        #expect(said.lines == [])
        try folder.add("b", get: "kill -9 $$")
        try folder.add("a", get: "exit 1")
        _ = try failures(["uri"])
        #expect(said.lines == ["trying backend b", "backend b was killed by signal 9"])
    }

    @Test(
        "An exit code is reported by its meaning",
        arguments: [
            (64, "a setting is wrong"), (65, "malformed"), (66, "cannot be read"), (69, "network"),
            (73, "DEST cannot be written"), (74, "operating system"), (80, "does not fit"),
            (124, "the timeout expired"), (3, "exit status 3"),
        ] as [(Int32, String)])
    func meaning(status: Int32, words: String) {
        let failure = BackendFailure(backend: "a", cause: .exited(status))
        #expect(failure.description.hasPrefix("backend a: "))
        #expect(failure.description.contains(words))
    }

    @Test("A get that exceeds the timeout is stopped with all its processes")
    func stopped() throws {
        // Without the stop, these would outlive the test's time limit.
        try folder.add("a", get: "trap '' TERM; sleep 1000 & wait; sleep 1000")
        let failures = try failures(["uri"], timeout: .milliseconds(100))
        #expect(failures == [BackendFailure(backend: "a", cause: .timedOut)])
    }

    @Test(
        "An invalid seed line fails the get and names the backend",
        arguments: [("printf 'seed \\033[2J\\n'", 1), ("echo good; echo \"it's\"", 2)])
    func badLine(get: String, number: Int) throws {
        try folder.add("a", get: get)
        let failures = try failures(["uri"])
        let failure = try #require(failures.first)
        guard case .badLine(number, _) = failure.cause else {
            Issue.record("\(failure)")
            return
        }
        #expect(failure.description.contains("backend a"))
    }

    @Test("A get that prints endlessly is stopped")
    func tooMuchOutput() throws {
        try folder.add("a", get: "exec cat /dev/zero")
        #expect(try failures(["uri"]).map(\.cause) == [.tooMuchOutput])
    }

    private func acquire(
        _ uris: [String], path: FilePath = "/tmp", usesAll: Bool = false, timeout: Duration? = nil
    ) throws(Acquisition.Failure) -> Acquisition.Outcome {
        let said = said
        let acquisition = Acquisition(
            backends: folder.backends, runner: BackendRunner(environment: [:], timeout: timeout),
            usesAll: usesAll, say: { said.add($0) })
        return try acquisition.run(uris: uris, path: path)
    }

    private func failures(_ uris: [String], timeout: Duration? = nil) throws
        -> [BackendFailure]
    {
        do throws(Acquisition.Failure) {
            let outcome = try acquire(uris, timeout: timeout)
            Issue.record("it succeeded: \(outcome)")
            return []
        } catch {
            guard case .everyBackendFailed(let failures) = error else { throw error }
            return failures
        }
    }
}

/// The messages of an acquisition to the user.
private final class Said: Sendable {
    private let collected = Mutex<[String]>([])

    var lines: [String] { collected.withLock { $0 } }

    func add(_ line: String) { collected.withLock { $0.append(line) } }
}
