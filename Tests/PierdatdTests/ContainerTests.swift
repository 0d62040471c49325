import Glibc
import LinuxSystem
import PeerFixtures
import Testing

extension Promises {
    @Suite("Containers of a real Docker engine")
    struct ContainerTests {
        @Test(
            "A container ends with its program's exit code, 128+n for a signal, 127 or 126"
        )
        func exitStatus() async throws {
            let ends: [(command: [String], status: CInt, words: String?)] =
                [0, 1, 3, 255].map { (["sh", "-c", "exit \($0)"], $0, nil) }
                + [SIGHUP, SIGKILL, SIGSEGV, SIGTERM].map {
                    (["sh", "-c", "kill -\($0) $$"], 128 + $0, nil)
                } + [
                    (["no-such-program"], 127, "cannot start no-such-program: No such file"),
                    (["/etc/passwd"], 126, "cannot start /etc/passwd: Permission denied"),
                ]
            try await Container.building(on: .busybox) { image in
                for end in ends {
                    let container = try Container(
                        image, ["--env=PIERDAT_GRACE=0"], command: end.command)
                    #expect(try container.client.end() == .exited(end.status), "\(end.command)")
                    let errors = try container.client.errors.end()
                    if let words = end.words { #expect(errors.contains(words)) }
                    #expect(try container.client.output.end() == "")
                }
            }
        }

        /// Restrictions of a container.
        private static let deprived = [
            [], ["--read-only"], ["--user=65534:65534"],
            ["--read-only", "--user=65534:65534", "--cap-drop=ALL", "--memory=64m"],
        ]

        @Test("A program's streams are unchanged, however restricted the container is")
        func streams() async throws {
            try await Container.building(on: .busybox) { image in
                for options in Self.deprived { try Self.expectStreams(of: image, options) }
            }
        }

        private static func expectStreams(of image: DockerImage, _ options: [String]) throws {
            let input = try Input()
            let container = try Container(
                image, options + ["--env=PIERDAT_GRACE=0", "--workdir=/usr"],
                command: ["sh", "-c", "read word; echo \"$word|$PWD\"; echo err >&2; exit 3"],
                input: input.descriptor)
            try container.client.errors.line(containing: "seeder: seeding")
            input.write("in\n")
            #expect(try container.client.end() == .exited(3), "\(options)")
            #expect(try container.client.output.end() == "in|/usr\n")
            let errors = try container.client.errors.end().split(separator: "\n")
            let others = errors.filter { !$0.hasPrefix("pierdatd: ") && !$0.hasPrefix("seeder: ") }
            #expect(others == ["err"])
        }

        @Test("A container ends before Docker kills it, even if a seeder ignores SIGTERM")
        func stop() async throws {
            try await Container.building(on: .busybox) { image in
                let container = try Container(
                    image,
                    command: [
                        "sh", "-c", "trap 'exit 3' TERM; echo up; while :; do sleep 0.1; done",
                    ])
                try container.client.output.line(containing: "up")
                try container.client.errors.line(containing: "seeder: seeding")
                try container.stop()
                // A container that Docker has killed ends with 137.
                #expect(try container.client.end() == .exited(3))
            }
        }

        @Test(
            "A shell gets the terminal of docker run -it, with job control, Ctrl-C and window size")
        func terminal() async throws {
            try await Container.building(on: .debian) { image in
                let terminal = try Terminal()
                terminal.resize(rows: 25, columns: 80)
                let container = try Container(
                    image, ["--env=PIERDAT_GRACE=0"],
                    command: ["bash", "--norc", "--noprofile", "--noediting", "-i"],
                    terminal: terminal)
                terminal.type("echo up $((6 * 7)).\n")
                try terminal.screen.line(containing: "up 42.")
                #expect(!terminal.screen.text.contains("no job control"))

                let job = """
                    trap "echo goes on" CONT; trap "echo ends; exit" INT; echo job $((7 * 7)).
                    while :; do read -t 0.1; done
                    """
                terminal.type("bash -c '\(job)'\n")
                try terminal.screen.line(containing: "job 49.")
                terminal.type("\u{1A}")
                try terminal.screen.line(containing: "Stopped")
                terminal.type("fg\n")
                try terminal.screen.line("of the job") { $0 == "goes on" }
                terminal.type("\u{03}")
                try terminal.screen.line("of its end") { $0.hasSuffix("ends") }
                terminal.type("echo still $((6 * 8)).\n")
                try terminal.screen.line(containing: "still 48.")

                let sized = """
                    trap "stty size; exit" WINCH; echo size $((6 * 9)).; while :; do read -t 0.1; done
                    """
                terminal.type("bash -c '\(sized)'\n")
                try terminal.screen.line(containing: "size 54.")
                terminal.resize(rows: 43, columns: 132)
                try terminal.screen.line(containing: "43 132")
                terminal.type("exit 7\n")
                #expect(try container.client.end() == .exited(7))
            }
        }
    }
}
