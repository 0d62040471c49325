import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("State folder")
    struct StateFolderTests {
        @Test("The image's list and the state folder's are one list, whichever changes")
        func oneList() throws {
            let site = try Site()
            try site.seed("sleep 1001", "sleep 1002")
            let state = try site.stateFolder(listing: "sleep 1002", "sleep 1003")
            let daemon = try site.start(environment: state.environment)
            try waitUntil("each line runs once") {
                daemon.seeders == ["sleep 1001", "sleep 1002", "sleep 1003"]
            }
            let kept = Set(daemon.children)
            try site.seed("sleep 1002")
            try waitUntil("a line of the image went") {
                daemon.seeders == ["sleep 1002", "sleep 1003"]
            }
            try state.list("sleep 1003", "sleep 1004")
            try waitUntil("a line of the state folder came") {
                daemon.seeders == ["sleep 1002", "sleep 1003", "sleep 1004"]
            }
            #expect(kept.intersection(daemon.children).count == 2)
        }

        @Test("A serve program gets one list with the lines of both, and a signal when one changes")
        func serveProgram() throws {
            let site = try Site()
            try site.overlay.addProgram(
                "pierdat-serve-x",
                """
                #!/bin/sh
                tell() { echo "serves $(tr '\\n' ';' <"$1")"; }
                trap 'tell "$1"' HUP
                tell "$1"
                while :; do sleep 0.1; done
                """)
            try site.seed("pierdat-seed-x image")
            let state = try site.stateFolder(listing: "pierdat-seed-x volume")
            let daemon = try site.start(environment: state.environment)
            let both = "serves pierdat-seed-x image;pierdat-seed-x volume;"
            try daemon.errors.line(containing: both)
            try state.list("pierdat-seed-x volume", "pierdat-seed-x 'more data'")
            try daemon.errors.line(containing: both + "pierdat-seed-x 'more data';")
        }

        @Test("A fault in either list is reported with the list's path")
        func fault() throws {
            let site = try Site()
            try site.seed("sleep 1001")
            let state = try site.stateFolder(listing: "sleep 1002", "sleep '")
            let daemon = try site.start(environment: state.environment)
            let words = "\(state.path)/pier.dat, line 2: the quote ' is not closed"
            try daemon.errors.line(containing: words)
            try waitUntil("the valid lines run") {
                daemon.seeders == ["sleep 1001", "sleep 1002"]
            }
        }

        @Test("The state folder of a pierdatd that was killed is used again, and by one at a time")
        func again() throws {
            let site = try Site()
            let state = try site.stateFolder(listing: "sleep 1001")
            let killed = try site.start(in: .pid1, environment: state.environment)
            try waitUntil("it runs") { killed.seeders == ["sleep 1001"] }
            killed.send(SIGKILL)
            try killed.end()
            #expect(FileStatus(of: state.path.appending("run/pierdatd.sock")) != nil)

            let daemon = try site.start(environment: state.environment)
            try waitUntil("the next one runs") { daemon.seeders == ["sleep 1001"] }
            let second = try site.start(environment: state.environment)
            #expect(try second.end() == .exited(75))
            let words = "another pierdatd is using \(state.path)/run"
            #expect(try second.errors.end().contains(words))
        }

        @Test(
            "A setting that is no absolute path is reported, and the program runs",
            arguments: ["state", "./state", "/", "/state\nx"])
        func invalid(setting: String) throws {
            let site = try Site()
            let daemon = try site.start(
                script: "echo runs", environment: ["PIERDAT_STATE": setting])
            #expect(try daemon.output.end() == "runs\n")
            #expect(try daemon.end() == .exited(0))
            let errors = try daemon.errors.end()
            #expect(errors.contains("PIERDAT_STATE=") && errors.contains("absolute path"))
        }

        @Test("A state folder that is a file or cannot be written is reported, and COMMAND runs")
        func unusable() throws {
            let site = try Site()
            let file = try site.script("file", "")
            for path in [file, "/proc/state"] {
                let daemon = try site.start(
                    script: "echo runs", environment: ["PIERDAT_STATE": path])
                #expect(try daemon.output.end() == "runs\n")
                #expect(try daemon.end() == .exited(0))
                #expect(try daemon.errors.end().contains("cannot create \(path)/run: "))
            }
        }
    }
}

extension Site {
    /// A state folder of `pierdatd`.
    struct StateFolder {
        let path: FilePath
        var environment: [String: String] { ["PIERDAT_STATE": path.string] }

        /// Replaces its seed list.
        func list(_ lines: String...) throws {
            try list(lines)
        }

        func list(_ lines: [String]) throws {
            let text = lines.map { $0 + "\n" }.joined()
            try AtomicFile.write(Array(text.utf8), to: path.appending("pier.dat"))
        }
    }

    /// A new state folder with this seed list.
    func stateFolder(listing lines: String...) throws -> StateFolder {
        let state = StateFolder(path: try folder.make("state"))
        try state.list(lines)
        return state
    }
}
