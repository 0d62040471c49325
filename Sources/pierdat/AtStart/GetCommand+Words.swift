import BackendContract
import LinuxSystem
import SeedList
import SystemPackage

extension GetCommand {
    /// The words of the get list that stand for this command: always the same ones for the same options and operands.
    func words(uris: [String], destination: FilePath) -> [String] {
        var words: [String] = []
        if let name = choice.name { words.append("--backend=\(name)") }
        if allBackends { words.append("--all-backends") }
        words += select.map { "--select=\($0)" }
        if let checksum { words.append("--checksum=\(checksum)") }
        if let timeout { words.append("--timeout=\(timeout.seconds)") }
        if let stallTimeout { words.append("--stall-timeout=\(stallTimeout.seconds)") }
        if let chown { words.append("--chown=\(chown)") }
        if let chmod { words.append("--chmod=\(chmod)") }
        if verifyAtStart { words.append("--verify-at-start") }
        let operands = uris + [destination.string]
        if operands.contains(where: { $0.hasPrefix("-") }) { words.append("--") }
        return words + operands
    }

    /// The same as a line of the get list. Throws if a word cannot be part of one.
    func line(uris: [String], destination: FilePath) throws(SeedLineError) -> SeedLine {
        let words = words(uris: uris, destination: destination)
        return try SeedLine(program: words[0], arguments: Array(words.dropFirst()))
    }
}

extension GetCommand {
    /// The marker of this line of the get list. nil if this is another download. Does not depend on passwords, which may
    /// change.
    func startMarker(
        in installation: Installation, environment: [String: String], uris: [String],
        destination: FilePath
    ) throws(Failure) -> StartMarker? {
        guard isOnGetList else { return nil }
        var parts = words(uris: uris.map(Redaction.text), destination: destination)
        // Without --select, this decides which files belong to the data.
        if select.isEmpty, let selection = environment[.select] { parts.append(selection) }
        let text = parts.joined(separator: "\n")
        return try StartMarker(
            in: installation.startMarkers, line: text, destination: destination)
    }
}
