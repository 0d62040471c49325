import ArgumentParser
import BitTorrent
import LinuxSystem
import SeedList
import SystemPackage

/// `pierdat-serve-bittorrent`: the serve program of the contract. One process seeds every torrent
/// on the seed list.
struct ServeBitTorrent: BackendCommand {
    static let configuration = CommandConfiguration(
        commandName: Program.serveBitTorrent.rawValue,
        abstract: "Seed every torrent of a seed list; read the list again on SIGHUP.")

    @Argument(help: "The seed list.")
    var seedList: String

    func perform(in installation: Installation, environment: [String: String]) throws {
        let file = SeedListFile(FilePath(seedList))
        let seeder = try Seeder(environment: environment)
        Self.update(seeder, to: try file.read(), file.path)
        try seeder.run {
            do throws(SeedListError) {
                Self.update(seeder, to: try file.read(), file.path)
            } catch {
                StandardError.say(
                    "\(LogLevel.error.prefix)\(error); the torrents that are seeded are kept")
            }
        }
    }

    private static func update(_ seeder: Seeder, to list: SeedList, _ path: FilePath) {
        var items: [Seeder.Item] = []
        var faults: [String] = []
        for entry in list.entries where entry.line.isOurs {
            do throws(SeedArgumentsFault) {
                items.append(try Seeder.Item(entry.line))
            } catch {
                faults.append("line \(entry.lineNumber) of \(path): \(error)")
            }
        }
        seeder.update(to: items, faults: faults)
    }
}

extension SeedLine {
    fileprivate var isOurs: Bool {
        program.split(separator: "/").last.map(String.init) == Program.seedBitTorrent.rawValue
    }
}

/// Why the arguments of a seed line are invalid.
private struct SeedArgumentsFault: Error, CustomStringConvertible {
    let arguments: [String]

    var description: String {
        let comment =
            arguments.dropFirst(2).contains { $0.hasPrefix("#") }
            ? "; a comment needs a line of its own" : ""
        return
            "\(Program.seedBitTorrent.rawValue) takes 2 arguments, a torrent and a folder, not \(arguments.count)\(comment)"
    }
}

extension Seeder.Item {
    /// The torrent and folder in the arguments of a seed line.
    fileprivate init(_ line: SeedLine) throws(SeedArgumentsFault) {
        guard line.arguments.count == 2 else {
            throw SeedArgumentsFault(arguments: line.arguments)
        }
        self.init(torrent: FilePath(line.arguments[0]), folder: FilePath(line.arguments[1]))
    }
}
