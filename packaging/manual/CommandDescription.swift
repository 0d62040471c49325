/// A command as swift-argument-parser describes it for tools (`--experimental-dump-help`): as much of it as a
/// manual page tells.
struct CommandDescription: Decodable {
    /// What `--experimental-dump-help` prints.
    struct Document: Decodable {
        let serializationVersion: Int
        let command: CommandDescription
    }

    struct Argument: Decodable {
        enum Kind: String, Decodable {
            case positional, option, flag
        }

        struct Name: Decodable {
            enum Kind: String, Decodable {
                case long, short, longWithSingleDash
            }
            let kind: Kind
            let name: String
        }

        let kind: Kind
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let discussion: String?
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool
    }

    let commandName: String
    let superCommands: [String]?
    let abstract: String?
    let discussion: String?
    let arguments: [Argument]?
    let subcommands: [CommandDescription]?
    let shouldDisplay: Bool

    /// Its arguments that --help shows.
    var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

    /// Its subcommands that --help shows, but for `help`, which has no page.
    var shownSubcommands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }

    /// What its page is called: "pierdat-publish".
    var pageName: String { ((superCommands ?? []) + [commandName]).joined(separator: "-") }
}
