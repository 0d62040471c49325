import PeerFixtures
import SystemPackage

/// Simultaneous downloads, each on its own host.
enum DownloadersAtOnce {
    /// The duration of each download.
    static func run(
        _ source: Contender.Source, on hosts: [Host], verifying payload: Payload,
        in place: Workplace
    ) async throws -> [Duration] {
        try await place.withFolder("downloaders") { folder in
            var commands: [Command] = []
            var destinations: [FilePath] = []
            for (number, host) in hosts.enumerated() {
                let destination = try place.folder.make("downloaders/\(number)")
                destinations.append(destination)
                commands.append(try source.downloader(destination, host))
            }
            let took = try await times(of: commands, in: place)
            for destination in destinations { try await payload.compare(with: destination) }
            return took
        }
    }

    private static func times(of commands: [Command], in place: Workplace) async throws
        -> [Duration]
    {
        try await withThrowingTaskGroup(of: Duration.self) { group in
            for command in commands {
                group.addTask {
                    try await MeasuredRun.run(
                        command, in: place.folder.path, looksAtMemory: false
                    ).own.wall
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
