import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Units for a host with systemd", .serialized, .timeLimit(.minutes(10)))
struct SystemdTests {
    @Test(
        """
        A data set arrives as a hardened service, which a service that needs it waits for, and \
        is there again after a restart without a peer
        """)
    func dataSet() async throws {
        let given = try await Arrangement()
        try await given.building(
            "vm/Dockerfile-systemd", on: .debian, with: DockerEngine(), arguments: ["KERNEL": ""]
        ) { image in
            try await DockerContainer.running(
                image, network: "none", options: DockerContainer.whatSystemdNeeds,
                command: DockerContainer.startInit
            ) { machine in
                try await machine.until("systemctl is-active pierdatd")
                try await install(on: machine, given)
                try await downloads(on: machine, given)
                try await hardened(on: machine)
                try await restarts(on: machine)
            }
        }
    }

    private func install(on machine: DockerContainer, _ given: Arrangement) async throws {
        try await machine.shell("mkdir -p /etc/pierdat /etc/sysusers.d")
        try await machine.copy(Fleet.file("systemd"), to: "/units")
        try await machine.until("pierdat status | grep -o 'port [0-9]*'")
        let port = try await machine.shell(
            "pierdat status | sed -n 's/.*port \\([0-9]*\\).*/\\1/p' | head -n 1")
        let magnet = given.torrent.magnet("x.pe=127.0.0.1:\(port)")
        try await machine.shell(
            """
            cp /units/*.service /etc/systemd/system
            cp /units/sysusers.conf /etc/sysusers.d/pierdat.conf
            sed "s|^PIERDAT_GET=.* |PIERDAT_GET=$1 |" /units/example.env >/etc/pierdat/maps.env
            printf '%s\\n' PIERDAT_DHT=off PIERDAT_LSD=off PIERDAT_PORT=0 >>/etc/pierdat/maps.env
            systemd-sysusers
            systemctl daemon-reload
            """, magnet.replacing("&", with: "\\&"))
        let verified = try await machine.shell(
            "systemd-analyze verify --man=no pierdat@maps.service pierdat-ready@maps.service 2>&1")
        #expect(verified == "")
    }

    private func downloads(on machine: DockerContainer, _ given: Arrangement) async throws {
        try await machine.shell("systemctl start pierdat-ready@maps")
        try await machine.shell(
            "diff -r /srv/data/\"$1\" /var/lib/pierdat-fleet/maps/\"$1\"", DataSet.name)
        let log = try await machine.shell("journalctl --no-pager --output=cat -u pierdat@maps")
        #expect(!log.contains("/srv/data"), "it seeds only its own data: \(log)")
        let reader = try await machine.shell(
            "setpriv --reuid=65534 --clear-groups ls /var/lib/pierdat-fleet/maps")
        #expect(reader == DataSet.name)
    }

    private func hardened(on machine: DockerContainer) async throws {
        let status = try await machine.shell(
            """
            pid=$(systemctl show --value --property=MainPID pierdat@maps)
            grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' "/proc/$pid/status" | tr '\\t\\n' ' '
            stat --format %U "/proc/$pid"
            """)
        let zeros = String(repeating: "0", count: 16)
        #expect(
            status.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                == "CapEff: \(zeros) CapBnd: \(zeros) NoNewPrivs: 1 Seccomp: 2 pierdat")
        let exposure = try await machine.shell(
            "systemd-analyze security --no-pager pierdat@maps | tail -n 1")
        #expect(exposure.contains(" OK "), "\(exposure)")
    }

    private func restarts(on machine: DockerContainer) async throws {
        try await machine.shell(
            """
            systemctl stop pierdatd pierdat-ready@maps pierdat@maps
            systemctl start pierdat-ready@maps
            systemctl is-active pierdat@maps
            """)
    }
}

extension DockerContainer {
    /// Runs a script in it and returns the output without its last line feed. Throws if it fails.
    @discardableResult
    fileprivate func shell(_ script: String, _ arguments: String...) async throws -> String {
        let ended = try await execute(["sh", "-euc", script, "sh"] + arguments)
        guard ended.status.isSuccess else {
            let log = try await execute(["journalctl", "--no-pager", "-u", "pierdat@maps"])
            throw FixtureError("\(script): \(ended)\n\(log)")
        }
        return ended.output.hasSuffix("\n") ? String(ended.output.dropLast()) : ended.output
    }

    /// Waits until the script succeeds.
    fileprivate func until(_ script: String) async throws {
        let _: Bool = try await Patience.until(every: .milliseconds(100)) {
            try await execute(["sh", "-c", script]).status.isSuccess ? true : nil
        }
    }
}
