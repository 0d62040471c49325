import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

extension Promises {
    @Suite("Search for programs")
    struct ProgramSearchTests {
        @Test("Programs are found in PATH, except for folders and files that are not executable")
        func path() throws {
            let site = try Site()
            let folders = ["one", "two", "three"].map { site.folder.path.appending($0) }
            for folder in folders { try Folder.make(folder) }
            try Folder.make(folders[0].appending("seeder"))
            try AtomicFile.write(Array("#!/bin/sh\n".utf8), to: folders[1].appending("seeder"))
            try Script.write(
                "#!/bin/sh\necho found; exec sleep 1000\n", to: folders[2].appending("seeder"))
            try site.seed("seeder")
            let path = (folders.map(\.string) + ["/usr/bin:/bin"]).joined(separator: ":")
            let daemon = try site.start(environment: ["PATH": path])
            try daemon.errors.line(containing: "seeder: found")
        }
    }
}
