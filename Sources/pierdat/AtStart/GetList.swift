import ArgumentParser
import BackendContract
import LinuxSystem
import SeedList
import Supervisor
import SystemPackage

/// What is downloaded when `pierdatd` starts: the image's get list, that of the state folder, and PIERDAT_GET.
struct GetList {
    private(set) var lines: [DownloadSettings.Line] = []
    private var seen: Set<SeedLine> = []

    /// Reads the lists. A list or a line that cannot be used becomes a line with a fault.
    init(_ installation: Installation, environment: [String: String]) {
        for path in installation.getLists {
            do throws(SeedListError) {
                add(try SeedListFile(path, .get).read(), of: path.string, environment)
            } catch .cannotRead(_, .notDirectory, _) {
                // The state folder is a file. That is reported when it is used.
                continue
            } catch {
                lines.append(.faulty(path.string, "\(error)"))
            }
        }
        if let text = environment[.getList] {
            add(SeedList(parsing: text), of: EnvironmentVariable.getList.rawValue, environment)
        }
    }

    private mutating func add(_ list: SeedList, of name: String, _ environment: [String: String]) {
        let faults = list.faults.map { fault in
            (fault.lineNumber, DownloadSettings.Line.faulty(name, "\(name), \(fault)"))
        }
        let valid = list.entries.filter { seen.insert($0.line).inserted }.map { entry in
            (
                entry.lineNumber,
                Self.line(entry.line, of: "\(name), line \(entry.lineNumber)", environment)
            )
        }
        lines += (faults + valid).sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Checks that the words are options and operands of a download, and of nothing else.
    private static func line(
        _ line: SeedLine, of place: String, _ environment: [String: String]
    ) -> DownloadSettings.Line {
        let words = [line.program] + line.arguments
        do {
            let command = try GetCommand.parse(words)
            _ = try command.uris(environment: environment)
            let destination = FilePath(command.arguments[command.arguments.count - 1])
            guard !command.listBackends, !command.atStart, !command.isOnGetList else {
                return .faulty(place, "\(place): it has an option that is not for the get list")
            }
            guard destination.isAbsolute else {
                let shown = Redaction.uri(destination.string).onOneLine
                return .faulty(
                    place, "\(place): DEST must be an absolute path, unlike '\(shown)'")
            }
            return DownloadSettings.Line(
                arguments: ["get", "--is-on-get-list"] + words,
                text: words.map(shown).joined(separator: " "),
                destination: destination.string)
        } catch {
            let message = Redaction.text(GetCommand.message(for: error)).onOneLine
            let isHelp = GetCommand.exitCode(for: error) == .success
            return .faulty(
                place, "\(place): \(isHelp ? "it asks for help, and downloads nothing" : message)")
        }
    }

    /// A word for the log and the status. The values of a URL's query may sign it.
    private static func shown(_ word: String) -> String {
        let text = Redaction.uri(word)
        guard text.hasPrefix("http"), let query = text.firstIndex(of: "?") else { return text }
        let end = text[query...].firstIndex(of: "#") ?? text.endIndex
        return text[..<query] + Redaction.target(text[query..<end], hasUser: false) + text[end...]
    }
}

extension DownloadSettings.Line {
    /// A line that cannot be used.
    fileprivate static func faulty(_ place: String, _ fault: String) -> Self {
        Self(arguments: [], text: place, destination: "", fault: fault)
    }
}
