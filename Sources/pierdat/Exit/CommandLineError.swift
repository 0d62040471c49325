import ArgumentParser
import Glibc
import LinuxSystem
import SystemPackage

/// Ends the program for an error of ArgumentParser: a help text, or a wrong argument.
enum CommandLineError {
    /// Like `command.exit(withError:)`, but hides the user information of URLs, because the message quotes arguments.
    static func end(_ command: any ParsableArguments.Type, with error: any Error) -> Never {
        let code = command.exitCode(for: error)
        guard code != .success else { command.exit(withError: error) }
        // The value of "--option=value" may be shown by itself.
        let words = CommandLine.arguments.dropFirst().flatMap { argument in
            [argument] + argument.split(separator: "=", maxSplits: 1).dropFirst().map(String.init)
        }
        let message = words.reduce(command.fullMessage(for: error)) { hiding($1, in: $0) }
        if !message.isEmpty {
            _ = try? FileDescriptor.standardError.writeAll("\(message)\n".utf8)
        }
        exit(code.rawValue)
    }

    private static func hiding(_ argument: String, in message: String) -> String {
        let shown = Redaction.uri(argument)
        guard shown != argument else { return message }
        return Redaction.text(message.replacing(argument, with: shown))
    }
}
