import ArgumentParser
import BitTorrent
import SeedList
import SystemPackage

/// `pierdat-serve-bittorrent`: the contract's serve, one process for every torrent on the seed list.
struct ServeBitTorrent: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.serveBitTorrent.rawValue,
        abstract: "Seed every torrent of a seed list; read the list again on SIGHUP.")

    @Argument(help: "The seed list.")
    var seedList: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        let file = SeedListFile(FilePath(seedList))
        let seeder = try Seeder(environment: environment)
        seeder.update(to: Self.items(try file.read()))
        try seeder.run {
            do throws(SeedListError) {
                return Self.items(try file.read())
            } catch {
                StandardError.say("warning: \(error); what is seeded stays")
                return nil
            }
        }
    }

    private static func items(_ list: SeedList) -> [Seeder.Item] {
        list.lines.compactMap { line in
            let name = line.program.split(separator: "/").last.map(String.init)
            guard name == Program.seedBitTorrent.rawValue, line.arguments.count == 2 else {
                return nil
            }
            return Seeder.Item(
                torrent: FilePath(line.arguments[0]), folder: FilePath(line.arguments[1]))
        }
    }
}
