import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite(
    "A memory limit in control groups of version 2", .large, .timeLimit(.minutes(10)))
struct MemoryLimitTests {
    @Test("A download larger than the limit to a slow disk does not run out of memory")
    func slowDisk() async throws {
        let given = try FileAtOrigin(bytes: 72 << 20)
        let image = given.folder.path.appending("image")
        try Script.run("truncate", "--size=256M", image.string)
        try Script.run("mkfs.ext4", "-q", image.string)
        _ = try Overlay(given.folder.make("machine/share").appending("overlay"))
        let folder = given.folder.path.appending("machine")
        let disk = VirtualMachine.Disk(image, bytesPerSecond: 8_000_000)
        try await Origin.serving(given.origin) { origin in
            let file = "\(VirtualMachine.host):\(origin.port)/\(FileAtOrigin.name)"
            let uri = "http://\(file)\(given.pin)"
            try await VirtualMachine.running("limited", in: folder, disk: disk) { machine in
                try await machine.isReady()
                try await machine.run("mkdir /disk; mount /dev/vda /disk")
                try await machine.run("echo +memory >/sys/fs/cgroup/cgroup.subtree_control")
                let said = try await machine.run(Self.script(uri, "disk"))
                #expect(said.contains("COMMAND runs"), "\(said)")
                #expect(said.contains("\noom_kill 0\n"), "\(said)")
                #expect(said.contains("\n\(given.digest.hex)  "), "\(said)")
            }
        }
    }

    /// Downloads `uri` to a folder in `/place` with 64 MiB of memory, then prints what the kernel has counted.
    private static func script(_ uri: String, _ place: String) -> String {
        """
        group=/sys/fs/cgroup/\(place)
        mkdir "$group" /run/\(place)
        echo 64M >"$group/memory.max"
        export PIERDAT_STATE=/run/\(place) PIERDAT_DHT=off PIERDAT_LSD=off PIERDAT_PORT=0
        export PIERDAT_GET='\(uri) /\(place)/data'
        daemon=/share/overlay/usr/bin/pierdatd
        sh -ec 'echo $$ >"$0"; exec "$1" -- echo COMMAND runs' "$group/cgroup.procs" "$daemon"
        cat "$group/memory.events"
        sha256sum /\(place)/data/\(FileAtOrigin.name)
        """
    }
}
