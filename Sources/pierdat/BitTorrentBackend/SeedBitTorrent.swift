import ArgumentParser
import BackendContract
import BitTorrent
import SystemPackage

/// `pierdat-seed-bittorrent`: the contract's seed.
struct SeedBitTorrent: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.seedBitTorrent.rawValue,
        abstract: "Seed one torrent until stopped.")

    @Argument(help: "The .torrent file.")
    var torrent: String

    @Argument(help: "The folder that contains the torrent's file or folder.")
    var folder: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        let seeder = try Seeder(environment: environment)
        let item = Seeder.Item(torrent: FilePath(torrent), folder: FilePath(folder))
        seeder.update(to: [item])
        guard seeder.count == 1 else { throw ExitCode(ExitStatus.invalidData.rawValue) }
        try seeder.run {}
    }
}
