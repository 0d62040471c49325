import Foundation

/// pierdat-manual FOLDER NAME.SECTION…: writes the manual pages of programs and their subcommands
/// to FOLDER. NAME.SECTION is a file in FOLDER with the output of `NAME --experimental-dump-help`;
/// the page replaces it. The date of the pages is SOURCE_DATE_EPOCH if set, else today.
@main
struct Manual {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let folder = arguments.first.map({ URL(filePath: $0) }), arguments.count > 1 else {
            FileHandle.standardError.write(
                Data("usage: pierdat-manual FOLDER NAME.SECTION...\n".utf8))
            exit(64)
        }
        var pages: [ManualPage] = []
        for name in arguments.dropFirst() {
            let data = try Data(contentsOf: folder.appending(path: name))
            let document = try JSONDecoder().decode(CommandDescription.Document.self, from: data)
            let section = Int(name.suffix(1)) ?? 1
            pages += self.pages(of: document.command, section: section)
        }
        let names = pages.map(\.fileName)
        for page in pages {
            let page = ManualPage(
                command: page.command, section: page.section, date: page.date, siblings: names)
            try Data(page.text.utf8).write(to: folder.appending(path: page.fileName))
        }
    }

    private static func pages(of command: CommandDescription, section: Int) -> [ManualPage] {
        [ManualPage(command: command, section: section, date: date, siblings: [])]
            + command.shownSubcommands.flatMap { pages(of: $0, section: section) }
    }

    private static let date: String = {
        let epoch = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "UTC")
        formatter.dateFormat = "MMMM d, yyyy"
        return formatter.string(from: epoch.map { Date(timeIntervalSince1970: $0) } ?? Date())
    }()
}
