import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Debian package", .serialized, .timeLimit(.minutes(10)))
struct DebianPackageTests {
    /// The init system of a machine.
    enum Initialization: String, CaseIterable {
        /// None, as in a container.
        case none
        case systemd
    }

    @Test(
        "The package seeds after installation, and leaves nothing running after removal and purge",
        arguments: [DockerBase.debian, .debian13], Initialization.allCases)
    func life(base: DockerBase, initialization: Initialization) async throws {
        try await machine(base, initialization) { machine in
            let install = [
                "apt-get", "install", "-y", "--no-install-recommends", "/root/pierdat.deb",
            ]
            try await machine.succeed(install)
            try await startUnlessStarted(machine, initialization)
            try await machine.sh("for level in 2 3 4 5; do ls /etc/rc$level.d/S*pierdatd; done")
            try await machine.becomes(0, "service", "pierdatd", "status")
            try await machine.sh("mkdir /srv/data && seq 20000 >/srv/data/file")
            try await machine.succeed(["pierdat", "publish", "/srv/data"])
            try await machine.becomes(0, "pierdat", "health")
            let _: Bool = try await Patience.until {
                try await machine.sh("pierdat status").contains("1 torrent") ? true : nil
            }

            try await machine.succeed(["apt-get", "remove", "-y", "pierdat"])
            #expect(try await machine.pierdatProcesses() == "")
            #expect(try await machine.sh("ls /usr/bin").contains("pierdat") == false)
            try await machine.sh(
                "grep '^pierdat-seed' /etc/pier.dat; test -e /etc/default/pierdatd")
            // systemd, to which init scripts delegate, does not consider it started either.
            for command in ["start", "restart", "reload"] {
                let ended = try await machine.execute(["/etc/init.d/pierdatd", command])
                #expect(ended.status == .exited(5), "\(command): \(ended)")
            }

            // It seeds the same data again and keeps the user's settings.
            try await machine.sh("echo PIERDAT_PORT=7007 >>/etc/default/pierdatd")
            try await machine.succeed(install)
            try await startUnlessStarted(machine, initialization)
            let _: Bool = try await Patience.until {
                try await machine.execute(["pierdat", "status"]).output.contains("port 7007")
                    ? true : nil
            }

            try await machine.succeed(["apt-get", "purge", "-y", "pierdat"])
            #expect(try await machine.pierdatProcesses() == "")
            let left = try await machine.sh(
                "find / -xdev -name '*pier*dat*' -not -path '/proc/*' -not -path '/sys/*' -not -path '/root/*'"
            )
            #expect(left == "")
            try await machine.sh("test -s /srv/data/file")
        }
    }

    /// Without an init system a package starts nothing, which is left to the user.
    private func startUnlessStarted(
        _ machine: Machine, _ initialization: Initialization
    ) async throws {
        guard initialization == .none else { return }
        #expect(try await machine.pierdatProcesses() == "")
        try await machine.sh("service pierdatd start")
    }

    /// A Debian with the package as a file, and only a loopback network.
    private func machine(
        _ base: DockerBase, _ initialization: Initialization,
        _ body: @Sendable (Machine) async throws -> Void
    ) async throws {
        let engine = try await DockerEngine()
        let folder = try TemporaryFolder()
        let release = try await Release.make(in: folder.path.appending("tree"))
        let files = try FileManager.default.contentsOfDirectory(atPath: release.string)
        let built = release.appending(try #require(files.first { $0.hasSuffix(".deb") }))
        let package = folder.path.appending("pierdat.deb")
        try FileManager.default.copyItem(atPath: built.string, toPath: package.string)

        let file = folder.path.appending("Dockerfile")
        let systemd =
            "RUN apt-get update && apt-get install -y --no-install-recommends systemd-sysv"
        try """
        ARG BASE
        FROM $BASE
        \(initialization == .systemd ? systemd : "")

        """.write(toFile: file.string, atomically: true, encoding: .utf8)
        let image = try await DockerImage.build(by: engine, file: file, on: base)
        try await image.use { image in
            let options = initialization == .systemd ? DockerContainer.whatSystemdNeeds : ["--init"]
            try await DockerContainer.running(
                image, network: "none", options: options,
                command: initialization == .systemd
                    ? DockerContainer.startInit : ["sleep", "infinity"]
            ) { container in
                let machine = Machine(container: container)
                if initialization == .systemd {
                    let _: Bool = try await Patience.until {
                        try await machine.execute(["test", "-S", "/run/systemd/private"]).status
                            .isSuccess ? true : nil
                    }
                }
                try await container.copy(package, to: "/root")
                try await body(machine)
            }
        }
    }
}

/// A container in which packages are installed.
private struct Machine: Sendable {
    let container: DockerContainer

    func execute(_ command: [String]) async throws -> Ended {
        try await container.execute(["env", "DEBIAN_FRONTEND=noninteractive"] + command)
    }

    @discardableResult
    func succeed(_ command: [String]) async throws -> String {
        let ended = try await execute(command)
        guard ended.status.isSuccess else {
            throw FixtureError("\(command.joined(separator: " ")): \(ended)")
        }
        return ended.output
    }

    @discardableResult
    func sh(_ script: String) async throws -> String {
        try await succeed(["sh", "-euc", script])
    }

    /// Waits until `command` ends with `status`.
    func becomes(_ status: Int32, _ command: String...) async throws {
        let _: Bool = try await Patience.until {
            try await execute(command).status == .exited(status) ? true : nil
        }
    }

    /// The names of all running processes of Pierdat.
    func pierdatProcesses() async throws -> String {
        try await sh(
            "for file in /proc/[0-9]*/stat; do read -r line <$file || continue; case $line in *') Z '*) ;; *'(pierdat'*) echo \"$line\" ;; esac; done 2>/dev/null"
        )
    }
}
