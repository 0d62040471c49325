import PeerFixtures
import Testing

@Suite("pierdat test-backend with broken backends", .timeLimit(.minutes(10)))
struct BrokenBackendTests {
    /// A backend that breaks the contract in one way.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let parts: [CopyBackend.Part: String]
        var options: [String] = []
        /// What the kit says about the rules that are broken, and about no others.
        let broken: [String: String]
    }

    static let cases = [
        Case(
            testDescription: "Its check opens a connection",
            parts: [
                .check: """
                case $1 in copy:/*) ;; *) exit 1 ;; esac
                python3 -c 'import socket; socket.socket()' 2>/dev/null || true
                """
            ],
            broken: ["check-uses-no-network": "opened an Internet socket"]),
        Case(
            testDescription: "Its check says that it does not know a URI",
            parts: [.check: "case $1 in copy:/*) ;; *) echo \"unknown: $1\" >&2; exit 1 ;; esac"],
            broken: ["check-is-silent": "check declined 'pierdat-test://host/file', and printed"]),
        Case(
            testDescription: "Its check accepts everything",
            parts: [.check: ":"],
            broken: [
                "check-is-silent": "accepted 'pierdat-test://host/file'",
                "hostile-uris": "check accepted '-x'",
            ]),
        Case(
            testDescription: "Its check is slow",
            parts: [.check: "sleep 1.1; case $1 in copy:/*) ;; *) exit 1 ;; esac"],
            options: ["--only", "check-is-quick"],
            broken: ["check-is-quick": "check took"]),
        Case(
            testDescription: "Its check gives the URI to a shell",
            parts: [
                .check:
                    "case $1 in copy:*) eval \"echo $1\" >/dev/null 2>&1 || exit 1 ;; *) exit 1 ;; esac"
            ],
            broken: ["hostile-uris": "made it create 'work/pierdat-injected'"]),
        Case(
            testDescription: "Its get leaves a process",
            parts: [.complete: "sleep 1000 >/dev/null 2>&1 &"],
            broken: ["get-leaves-no-process": "'sleep' still ran after get had ended"]),
        Case(
            testDescription: "Its get moves to another process group",
            parts: [.begin: "setsid sleep 3 >/dev/null 2>&1 &"],
            broken: [
                "get-leaves-no-process": "'sleep' still ran",
                "get-stays-in-group": "'sleep' ran in another process group",
            ]),
        Case(
            testDescription: "Its get ignores SIGTERM",
            parts: [.begin: "trap '' TERM", .copied: "sleep 0.1"],
            options: ["--only", "get-ends-on-sigterm", "--only", "get-survives-kill"],
            broken: ["get-ends-on-sigterm": "after SIGTERM"]),
        Case(
            testDescription: "Its get writes into the home folder",
            parts: [.complete: "echo history >>\"$HOME/.copy\""],
            broken: [
                "get-writes-only-data": "in HOME, '.copy'",
                "get-writes-nowhere-else":
                    "every write outside DEST, the state and TMPDIR was denied",
            ]),
        Case(
            testDescription: "Its get leaves a temporary file",
            parts: [.complete: "mktemp >/dev/null"],
            broken: ["get-writes-only-data": "in TMPDIR, 'tmp."]),
        Case(
            testDescription: "Its get leaves random content",
            parts: [.complete: "date +%s%N >\"$2/.stamp\""],
            broken: [
                "get-is-reproducible": "'.stamp' has another content",
                "get-keeps-present-data": "wrote '.stamp' again",
            ]),
        Case(
            testDescription: "Its get prints its progress on standard output",
            parts: [.complete: "printf '\\033[1mdone\\033[0m\\n'"],
            broken: ["get-prints-seed-lines": "invalid seed line, line 1"]),
        Case(
            testDescription: "Its get does not quote DEST in the seed line",
            parts: [.line: "echo \"pierdat-seed-copy $file\""],
            broken: ["get-takes-any-dest": "the seed line is invalid"]),
        Case(
            testDescription: "Its get cannot start again",
            parts: [.begin: "[ ! -e \"$part\" ] || exit 69"],
            broken: [
                "get-survives-kill": "the same command then exited with 69",
                "get-ends-on-sigterm": "the same command then exited with 69",
            ]),
        Case(
            testDescription: "Its get continues a file without comparing it",
            parts: [.begin: "if [ -e \"$part\" ]; then mv \"$part\" \"$file\"; from=$file; fi"],
            broken: [
                "get-survives-kill": "bytes", "get-ends-on-sigterm": "bytes",
            ]),
        Case(
            testDescription: "Its get succeeds without data",
            parts: [.begin: "exit 0"],
            broken: [
                "get-succeeds": "exited with 0, but DEST has no file",
                "hostile-uris": "exited with 0 for 'copy:/",
                "get-reports-bad-dest": "with a DEST below a regular file, get exited with 0",
            ]),
        Case(
            testDescription: "Its get does not compare existing data",
            parts: [.begin: "[ ! -e \"$file\" ] || from=$file"],
            broken: ["get-notices-damage": "is still wrong"]),
        Case(
            testDescription: "Its get downloads existing data again",
            parts: [.begin: "rm -f \"$file\""],
            broken: ["get-keeps-present-data": "wrote 'data.bin' again"]),
        Case(
            testDescription: "Its manifest has absolute paths",
            parts: [.complete: "printf '%s\\0' \"$file\" >>\"$PIERDAT_MANIFEST\""],
            broken: ["get-lists-files": "the manifest has the path '/"]),
        Case(
            testDescription: "It ignores the selection and the digest",
            parts: [.settings: ":"],
            broken: [
                "honours-selection":
                    "with a PIERDAT_SELECT that matches no file, get delivered data",
                "honours-checksum": "with a wrong PIERDAT_CHECKSUM, get exited with 0",
            ]),
        Case(
            testDescription: "Its seeder goes to the background",
            parts: [.seed: "sleep 1000 >/dev/null 2>&1 &"],
            broken: [
                "seed-runs": "left 'sleep' in the background",
                "seed-on-read-only-root": "exited with 0", "seed-as-other-user": "exited with 0",
            ]),
        Case(
            testDescription: "Its seeder does not hand SIGTERM on",
            parts: [.seed: "trap '' TERM; sleep 1000"],
            broken: ["seed-ends-on-sigterm": "still ran"]),
        Case(
            testDescription: "Its seeder writes a file",
            parts: [.seed: "echo $$ >\"${0%/*}/seed.pid\" || exit 73; exec sleep 1000"],
            broken: [
                "seed-on-read-only-root": "where no file can be written",
                "seed-as-other-user": "as the user nobody",
            ]),
    ]
    @Test("Exactly the broken rules are named, in words", arguments: cases)
    func broken(given: Case) async throws {
        let run = try await CopyBackend(given.parts).test(given.options)
        #expect(run.rules("broken") == Set(given.broken.keys), "\(run.ended)")
        for (rule, words) in given.broken {
            #expect(run.findings[rule]?.text.contains(words) == true, "\(run.ended)")
        }
        #expect(run.ended.status == .exited(1), "\(run.ended)")
    }
}
