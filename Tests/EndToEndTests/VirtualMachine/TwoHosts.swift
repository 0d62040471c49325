import PeerFixtures
import SystemPackage
import Testing

/// Two virtual machines that share a folder by NFS. The first one is also the server. The second one's clock is years off.
struct TwoHosts: Sendable {
    let first: VirtualMachine
    let second: VirtualMachine

    /// Of the suite that runs.
    @TaskLocal static var current: TwoHosts?

    /// The command of `pierdat` on one of the hosts, with a state of its own.
    static func pierdat(_ arguments: String...) -> String {
        let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
        return """
            export PIERDAT_STATE=/run/state-$$ PIERDAT_DHT=off PIERDAT_LSD=off PIERDAT_PORT=0
            mkdir "$PIERDAT_STATE"
            exec /share/overlay/usr/bin/pierdat \(quoted)
            """
    }

    private static func running(_ body: @Sendable (TwoHosts) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let (one, two) = (try folder.make("1"), try folder.make("2"))
        for host in ["1", "2"] {
            _ = try Overlay(folder.make("\(host)/share").appending("overlay"))
        }
        let cable = VirtualMachine.Cable(in: folder.path)
        try await VirtualMachine.running("first", in: one, cable: cable) { first in
            try await VirtualMachine.running("second", in: two, cable: cable, number: 2) {
                second in
                try await first.isReady()
                try await first.serveNFS()
                try await second.isReady()
                try await second.run("date -s '2020-02-03 04:05:06'")
                try await first.mountNFS()
                try await second.mountNFS()
                try await body(TwoHosts(first: first, second: second))
            }
        }
    }

    /// Starts the hosts once for a suite.
    struct Scope: SuiteTrait, TestScoping {
        func provideScope(
            for test: Test, testCase: Test.Case?,
            performing function: @Sendable () async throws -> Void
        ) async throws {
            try await TwoHosts.running { hosts in
                try await TwoHosts.$current.withValue(hosts) { try await function() }
            }
        }
    }
}

extension Trait where Self == TwoHosts.Scope {
    /// The tests of the suite use the same ``TwoHosts``.
    static var twoHosts: Self { TwoHosts.Scope() }
}
