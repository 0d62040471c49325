import Foundation
import PeerFixtures
import Testing

@Suite(
    "Hosts that share DEST on NFS", .large, .serialized, .twoHosts,
    .timeLimit(.minutes(5)))
struct NFSTests {
    private let given: FileAtOrigin
    private let hosts: TwoHosts

    init() throws {
        given = try FileAtOrigin(bytes: 2 << 20)
        hosts = try #require(TwoHosts.current)
    }

    /// The script that downloads the file, as `origin` serves it, to `destination`.
    private func get(_ origin: Origin, _ behaviour: String, _ destination: String) -> String {
        let uri = "http://\(VirtualMachine.host):\(origin.port)/\(FileAtOrigin.name)"
        return TwoHosts.pierdat("\(uri)?\(behaviour)\(given.pin)", destination)
    }

    /// Expects the complete file in `destination`, as the server has it, and no other.
    private func expectComplete(_ destination: String) async throws {
        let name = destination.split(separator: "/").last ?? ""
        let seen = try await hosts.first.run("cd /srv/shared/\(name); ls -A; sha256sum *")
        #expect(seen == "\(FileAtOrigin.name)\n\(given.digest.hex)  \(FileAtOrigin.name)\n")
    }

    /// Waits until a download writes to `destination`.
    private func isWriting(_ destination: String) async throws {
        let name = destination.split(separator: "/").last ?? ""
        try await hosts.first.run(
            "until [ -s /srv/shared/\(name)/.pierdat-lease ]; do usleep 100000; done")
    }

    @Test(
        "One host downloads, another one waits, says for whom, and finds the data",
        arguments: ["/nfs3/wait3", "/nfs4/wait4"])
    func waits(destination: String) async throws {
        try await Origin.serving(given.origin) { origin in
            let one = try hosts.first.start(get(origin, "rate=200000", destination))
            try await isWriting(destination)
            let other = try hosts.second.start(get(origin, "", destination))
            let line = try await other.line(containing: "waiting for another pierdat")
            #expect(line.contains("on first)"), "\(line)")
            let (first, second) = try await (one.end(), other.end())
            #expect(first.status == 0, "\(first)")
            #expect(second.status == 0, "\(second)")
            #expect(second.output.contains("there already and verified"), "\(second)")
        }
        try await expectComplete(destination)
    }

    @Test(
        "When a download is killed, another host takes over, whatever its clock says",
        arguments: ["/nfs3/kill3", "/nfs4/kill4"])
    func killed(destination: String) async throws {
        try await Origin.serving(given.origin) { origin in
            let one = try hosts.second.start(get(origin, "rate=20000", destination))
            try await isWriting(destination)
            try await hosts.second.send("KILL", to: one)
            #expect(try await one.end().status == 137)
            let other = try await hosts.first.start(get(origin, "", destination)).end()
            #expect(other.status == 0, "\(other)")
            #expect(other.output.contains("on second shows no sign of life"), "\(other)")
        }
        try await expectComplete(destination)
    }

    @Test(
        "A download that stood still while another host took over ends, and the data is right",
        arguments: ["/nfs3/stop3", "/nfs4/stop4"])
    func stoodStill(destination: String) async throws {
        try await Origin.serving(given.origin) { origin in
            let one = try hosts.second.start(get(origin, "rate=20000", destination))
            try await origin.answered("rate=20000")
            try await hosts.second.send("STOP", to: one)
            let other = try await hosts.first.start(get(origin, "", destination)).end()
            #expect(other.status == 0, "\(other)")
            try await hosts.second.send("CONT", to: one)
            let lost = try await one.end()
            #expect(lost.status == 75, "\(lost)")
            #expect(lost.output.contains("may not write to"), "\(lost)")
        }
        try await expectComplete(destination)
    }

    @Test("A download goes on when the server was gone for a moment")
    func serverGone() async throws {
        let destination = "/nfs4/gone"
        try await Origin.serving(given.origin) { origin in
            let one = try hosts.second.start(get(origin, "rate=150000", destination))
            try await isWriting(destination)
            try await hosts.first.run("ip link set eth1 down; sleep 5; ip link set eth1 up")
            let ended = try await one.end()
            #expect(ended.status == 0, "\(ended)")
        }
        try await expectComplete(destination)
    }
}
