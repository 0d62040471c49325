import PeerFixtures
import Testing

@Suite(
    "Virtual machine image booted in a container", .serialized, .timeLimit(.minutes(5)))
struct VirtualMachineTests {
    @Test("With sysvinit it seeds after boot, and its init script works with Debian's tools")
    func sysvinit() async throws {
        try await booting("Dockerfile-sysvinit", []) { machine in
            try await machine.becomes(0, "service", "pierdatd", "status")
            try await machine.fetchesFromItself()
            let first = try await machine.succeed("cat", "/run/pierdatd.pid")
            try await machine.succeed("service", "pierdatd", "reload")
            #expect(try await machine.succeed("cat", "/run/pierdatd.pid") == first)
            try await machine.succeed("service", "pierdatd", "restart")
            #expect(try await machine.succeed("cat", "/run/pierdatd.pid") != first)
            try await machine.becomes(0, "pierdat", "health")
            try await machine.succeed("service", "pierdatd", "stop")
            try await machine.becomes(3, "service", "pierdatd", "status")
            try await machine.becomes(1, "pierdat", "health")
            try await machine.succeed("invoke-rc.d", "pierdatd", "start")
            try await machine.becomes(0, "service", "pierdatd", "status")
            let log = try await machine.succeed("cat", "/var/log/pierdatd.log")
            #expect(log.contains("listening on port "))
            try await findsItsDaemon(machine)
            // Neither the script nor its callers need Debian's tool.
            try await machine.succeed("rm", "/sbin/start-stop-daemon")
            try await findsItsDaemon(machine)
        }
    }

    /// Tests the init script with a lost pid file and with several concurrent starts.
    private func findsItsDaemon(_ machine: Machine) async throws {
        let first = try await machine.succeed("pidof", "pierdatd")
        try await machine.succeed("rm", "/run/pierdatd.pid")
        try await machine.succeed("service", "pierdatd", "status")
        try await machine.succeed("service", "pierdatd", "restart")
        let second = try await machine.succeed("pidof", "pierdatd")
        #expect(second != first)
        #expect(try await machine.succeed("cat", "/run/pierdatd.pid") == second)
        try await machine.succeed("service", "pierdatd", "stop")
        try await machine.succeed(
            "sh", "-c",
            """
            for n in 1 2 3 4; do service pierdatd start & pids="$pids $!"; done
            for pid in $pids; do wait $pid || exit; done
            """)
        let third = try await machine.succeed("pidof", "pierdatd")
        #expect(try await machine.succeed("cat", "/run/pierdatd.pid") == third)
        let refused = try await machine.execute(
            "setpriv", "--reuid=65534", "--clear-groups", "service", "pierdatd", "restart")
        #expect(refused.status == .exited(4), "\(refused)")
        #expect(try await machine.succeed("pidof", "pierdatd") == third)
    }

    @Test("With systemd it seeds after boot, and its unit works, including the watchdog")
    func systemd() async throws {
        try await booting("Dockerfile-systemd", DockerContainer.whatSystemdNeeds) { machine in
            try await machine.becomes(0, "systemctl", "is-active", "pierdatd")
            let verified = try await machine.execute(
                "systemd-analyze", "verify", "--man=no", "pierdatd.service")
            #expect(verified.status == .exited(0) && verified.output + verified.errors == "")
            try await machine.until("StatusText") { $0 == "1 seeder runs" }
            try await machine.fetchesFromItself()
            try await reloadsAndRestarts(machine)
            try await stops(machine)
            try await survivesHanging(machine)
        }
    }

    private func reloadsAndRestarts(_ machine: Machine) async throws {
        let first = try await machine.property("MainPID")
        try await machine.succeed("systemctl", "reload", "pierdatd")
        #expect(try await machine.property("MainPID") == first)
        try await machine.until("ActiveState") { $0 == "active" }
        try await machine.succeed("systemctl", "restart", "pierdatd")
        #expect(try await machine.property("MainPID") != first)
        try await machine.becomes(0, "pierdat", "health")
    }

    private func stops(_ machine: Machine) async throws {
        try await machine.succeed("systemctl", "stop", "pierdatd")
        #expect(try await machine.property("ActiveState") == "inactive")
        #expect(try await machine.property("Result") == "success")
        try await machine.becomes(1, "pierdat", "health")
    }

    private func survivesHanging(_ machine: Machine) async throws {
        try await machine.succeed(
            "sh", "-c",
            """
            mkdir -p /etc/systemd/system/pierdatd.service.d
            printf '[Service]\\nWatchdogSec=4\\n' >/etc/systemd/system/pierdatd.service.d/soon.conf
            systemctl daemon-reload
            systemctl start pierdatd
            """)
        let first = try await machine.property("MainPID")
        try await machine.succeed("sh", "-c", "kill -STOP \(first)")
        try await machine.until("NRestarts") { $0 != "0" }
        try await machine.until("ActiveState") { $0 == "active" }
        #expect(try await machine.property("MainPID") != first)
        try await machine.becomes(0, "pierdat", "health")
    }

    /// Builds an example without a kernel and runs its init in its own network, so that it
    /// configures no interface of the host.
    private func booting(
        _ example: String, _ options: [String],
        _ body: @Sendable (Machine) async throws -> Void
    ) async throws {
        let given = try await Arrangement()
        let engine = try await DockerEngine()
        try await given.building(
            "vm/\(example)", on: .debian, with: engine, arguments: ["KERNEL": ""]
        ) { image in
            try await DockerContainer.running(
                image, network: "none", options: options, command: DockerContainer.startInit
            ) { container in
                try await body(Machine(container: container, given: given))
            }
        }
    }
}

/// A container that runs an init daemon.
private struct Machine: Sendable {
    let container: DockerContainer
    let given: Arrangement

    func execute(_ command: String...) async throws -> Ended {
        try await container.execute(command)
    }

    /// Returns the output without its final newline.
    @discardableResult
    func succeed(_ command: String...) async throws -> String {
        let ended = try await container.execute(command)
        guard ended.status.isSuccess else {
            throw FixtureError("\(command.joined(separator: " ")): \(ended)")
        }
        return ended.output.hasSuffix("\n") ? String(ended.output.dropLast()) : ended.output
    }

    /// Waits until `command` ends with `status`.
    func becomes(_ status: Int32, _ command: String...) async throws {
        let _: Bool = try await Patience.until {
            try await container.execute(command).status == .exited(status) ? true : nil
        }
    }

    /// A property of pierdatd's unit.
    func property(_ name: String) async throws -> String {
        try await succeed("systemctl", "show", "--value", "--property=\(name)", "pierdatd")
    }

    func until(_ name: String, _ isSo: @Sendable (String) -> Bool) async throws {
        let _: Bool = try await Patience.until {
            isSo(try await property(name)) ? true : nil
        }
    }

    /// Downloads the data from the machine's own seeder to another installation on it.
    func fetchesFromItself() async throws {
        let port: String = try await Patience.until {
            let status = try await succeed("pierdat", "status")
            return status.firstMatch(of: /port (\d+)/).map { String($0.1) }
        }
        try await succeed(
            "sh", "-ec",
            """
            mkdir -p /other/usr/bin
            cp -a /usr/bin/pierdat* /other/usr/bin
            /other/usr/bin/pierdat "$1" /other/data
            diff -r /srv/data /other/data
            """, "sh", given.torrent.magnet("x.pe=127.0.0.1:\(port)"))
    }
}
