import Glibc
import LinuxSystem
import Testing

extension Promises {
    @Suite("Signal forwarding")
    struct SignalTests {
        /// All signals except those that cannot be caught, are glibc's own, or are about pierdatd
        /// itself.
        static let forwarded = (1...64).filter {
            ![SIGKILL, SIGSTOP, 32, 33, SIGCHLD, SIGTTIN, SIGTTOU].contains($0)
        }

        @Test(
            "Every signal that can be caught is forwarded to the program", arguments: Place.allCases
        )
        func all(place: Place) throws {
            let site = try Site()
            try site.seed("sleep 1000")
            let numbers = Self.forwarded.map(String.init).joined(separator: " ")
            let daemon = try site.start(
                command: [
                    "bash", "-c",
                    "for n in \(numbers); do trap \"echo got $n.\" $n; done; echo up; while :; do sleep 0.02; done",
                ], in: place, environment: ["PIERDAT_GRACE": "60"])
            try daemon.output.line(containing: "up")
            for signal in Self.forwarded {
                daemon.send(signal)
                try daemon.output.line(containing: "got \(signal).")
            }
        }

        @Test(
            "Signals that arrive before the program was executed are forwarded",
            arguments: Place.allCases)
        func early(place: Place) throws {
            let site = try Site()
            for _ in 0..<10 {
                let daemon = try site.start(command: ["sleep", "1000"], in: place)
                try waitUntil("pierdatd has taken over its signals") {
                    let status = ProcessStatus(pid: daemon.pid)
                    return status["Name"] == "pierdatd"
                        && status.signals("SigBlk") & 1 << UInt64(SIGTERM - 1) != 0
                }
                daemon.send(SIGTERM)
                #expect(try daemon.end() == .exited(143))
            }
        }

        @Test(
            "Signals go to the program's process group if that is requested",
            arguments: Place.allCases)
        func group(place: Place) throws {
            let site = try Site()
            let script =
                "trap 'echo outer' USR1; sh -c 'trap \"echo inner; exit\" USR1; echo ready; while :; do sleep 0.1; done' & wait; wait"
            let daemon = try site.start(["--group"], script: script, in: place)
            try daemon.output.line(containing: "ready")
            daemon.send(SIGUSR1)
            try daemon.output.line(containing: "inner")
            try daemon.output.line(containing: "outer")
        }

        @Test("Signals go only to the program by default", arguments: Place.allCases)
        func alone(place: Place) throws {
            let site = try Site()
            let script =
                "trap 'echo outer; exit 0' USR1; sh -c 'trap \"echo inner; exit\" USR1; echo ready; while :; do sleep 0.1; done' & wait"
            let daemon = try site.start(script: script, in: place)
            try daemon.output.line(containing: "ready")
            daemon.send(SIGUSR1)
            #expect(try daemon.end() == .exited(0))
            #expect(!daemon.output.text.contains("inner"))
        }

        @Test("SIGHUP is forwarded and reloads the seed list", arguments: Place.allCases)
        func hangup(place: Place) throws {
            let site = try Site()
            try site.seed("sleep 1000")
            let daemon = try site.start(
                script: "trap 'echo hup' HUP; echo up; while :; do sleep 0.1; done", in: place)
            try daemon.output.line(containing: "up")
            try site.seed("sleep 1000", "sh -c 'echo second; exec sleep 1000'")
            daemon.send(SIGHUP)
            try daemon.output.line(containing: "hup")
            try daemon.errors.line(containing: "sh: second")
        }
    }
}
