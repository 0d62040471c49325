/// The manual page of a command, in mdoc(7).
struct ManualPage {
    let command: CommandDescription
    /// 1 for user commands, 8 for administrator commands.
    let section: Int
    /// In the format of mdoc(7): "November 29, 2026".
    let date: String
    /// The file names of all pages of the program.
    let siblings: [String]

    var fileName: String { "\(command.pageName).\(section)" }

    var text: String {
        let lines: [String] =
            head + synopsis + description + options + commands + files + exitStatus + seeAlso
        return lines.joined(separator: "\n") + "\n"
    }

    private var abstract: String {
        let text = command.abstract ?? command.commandName
        let start = text.prefix(1).lowercased() + text.dropFirst()
        return start.hasSuffix(".") ? String(start.dropLast()) : start
    }

    private var head: [String] {
        [
            #".\" Made from the program's own description; see packaging/manual."#,
            ".Dd \(date)",
            ".Dt \(command.pageName.uppercased()) \(section)",
            ".Os",
            ".Sh NAME",
            ".Nm \(command.pageName)",
            ".Nd \(Roff.escape(abstract))",
        ]
    }

    private var synopsis: [String] {
        let words = (command.superCommands ?? []) + [command.commandName]
        var lines = [".Sh SYNOPSIS", ".Nm \(words[0])"]
        if words.count > 1 {
            lines.append(".Cm \(Roff.words(words.dropFirst().joined(separator: " ")))")
        }
        if !command.shownSubcommands.isEmpty { lines += [".Ar command", ".Op Ar argument ..."] }
        let arguments = command.shownArguments
        lines += arguments.filter { $0.kind != .positional }.map(Self.usage)
        lines += arguments.filter { $0.kind == .positional }.map(Self.usage)
        return lines
    }

    private static func usage(of argument: CommandDescription.Argument) -> String {
        let more = argument.isRepeating ? " ..." : ""
        guard argument.kind != .positional else {
            let name = ".Ar \(Roff.words(argument.valueName ?? "argument"))\(more)"
            return argument.isOptional && !argument.isRepeating ? ".Op \(name.dropFirst())" : name
        }
        let name = (argument.names ?? []).last.map(flag) ?? ""
        return argument.isOptional
            ? ".Op \(name)\(value(of: argument))\(more)" : ".\(name)\(value(of: argument))\(more)"
    }

    private static func flag(_ name: CommandDescription.Argument.Name) -> String {
        name.kind == .long ? "Fl -\(name.name)" : "Fl \(name.name)"
    }

    private static func value(of argument: CommandDescription.Argument) -> String {
        guard argument.kind == .option, let name = argument.valueName else { return "" }
        return " Ar \(Roff.words(name))"
    }

    private var description: [String] {
        var lines = [".Sh DESCRIPTION"] + Roff.sentences(command.abstract ?? command.commandName)
        if let discussion = command.discussion { lines += [".Pp"] + Roff.sentences(discussion) }
        return lines
    }

    private var options: [String] {
        let arguments = command.shownArguments
        guard !arguments.isEmpty else { return [] }
        return [".Pp", "The arguments are as follows:", ".Bl -tag -width Ds"]
            + arguments.flatMap { argument in
                [Self.item(for: argument)] + Roff.sentences(argument.abstract ?? "")
                    + Roff.sentences(argument.discussion ?? "")
            } + [".El"]
    }

    private static func item(for argument: CommandDescription.Argument) -> String {
        guard argument.kind != .positional else {
            return ".It Ar \(Roff.words(argument.valueName ?? "argument"))"
        }
        return ".It "
            + (argument.names ?? []).map { flag($0) + value(of: argument) }.joined(separator: " , ")
    }

    private var commands: [String] {
        guard !command.shownSubcommands.isEmpty else { return [] }
        return [".Sh COMMANDS", ".Bl -tag -width Ds"]
            + command.shownSubcommands.flatMap { subcommand in
                [".It Cm \(subcommand.commandName)"] + Roff.sentences(subcommand.abstract ?? "")
                    + ["See", ".Xr \(subcommand.pageName) \(section) ."]
            } + [".El"]
    }

    private var exitStatus: [String] {
        [
            ".Sh EXIT STATUS", "0 on success.",
            "The other exit codes are in",
            ".Pa /usr/share/doc/pierdat/docs/commands.md ,",
            "the environment is in",
            ".Pa /usr/share/doc/pierdat/docs/environment.md .",
        ]
    }

    private var files: [String] {
        [
            ".Sh FILES", ".Bl -tag -width Ds", ".It Pa /etc/pier.dat",
            "The seed list: one command per line.", ".It Pa /etc/pier.get",
            "The get list: what to download when", ".Nm pierdatd", "starts.",
            ".It Pa /etc/default/pierdatd",
            "Settings of the service.", ".It Pa /var/lib/pierdat", "The recorded torrents.",
            ".It Pa /run/pierdat", "The socket for", ".Nm pierdat Cm status .", ".El",
        ]
    }

    private var seeAlso: [String] {
        let names = siblings.filter { $0 != fileName }.map { $0.split(separator: ".") }
            .sorted { ($0[1], $0[0]) < ($1[1], $1[0]) }
        guard !names.isEmpty else { return [] }
        return [".Sh SEE ALSO"]
            + names.enumerated().map { index, name in
                ".Xr \(name[0]) \(name[1])\(index == names.count - 1 ? "" : " ,")"
            }
    }
}
