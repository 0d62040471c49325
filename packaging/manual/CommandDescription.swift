/// A command as swift-argument-parser describes it for tools (`--experimental-dump-help`), reduced
/// to what a manual page contains.
struct CommandDescription: Decodable {
    /// The output of `--experimental-dump-help`.
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

    /// The arguments that --help shows.
    var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

    /// The subcommands that --help shows, except `help`, which has no page.
    var shownSubcommands: [CommandDescription] {
        (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }

    /// The name of its page, such as "pierdat-publish".
    var pageName: String { ((superCommands ?? []) + [commandName]).joined(separator: "-") }
}
