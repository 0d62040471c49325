import LinuxSystem
import SeedList
import SystemPackage

extension Rule {
    /// Standard output has only seed lines, whose programs exist and whose paths are absolute.
    static let getPrintsSeedLines = Rule("get-prints-seed-lines", .seedLines) {
        examination throws(Obstacle) in
        let lines = try examination.reference.lines
        if let fault = lines.faults.first {
            return .broken(
                "standard output has an invalid seed line, \(fault)",
                asked:
                    "It must have only lines for the seed list; print everything else on standard error"
            )
        }
        for line in lines.lines {
            guard examination.hasProgram(line.program) else {
                return .broken(
                    "'\(line.text.excerpt(120))' names a program that is neither beside pierdat nor on PATH",
                    asked:
                        "Standard output must have only lines for the seed list, which name a program"
                )
            }
            let relative = line.arguments.first { examination.isRelativePath($0) }
            if let relative {
                return .broken(
                    "'\(line.text.excerpt(120))' has the relative path '\(relative.excerpt(80))'",
                    asked: "Use absolute paths: a seeder's working directory is /")
            }
        }
        guard let first = lines.lines.first else {
            return .passed("get printed no seed line, so the data is not seeded")
        }
        return .passed(
            "get printed \(lines.lines.count.counted("valid seed line")), for \(first.program)")
    }
}

extension Examination {
    /// True if `program` is a path of an executable, or is found in the sandbox or on PATH.
    fileprivate func hasProgram(_ program: String) -> Bool {
        guard !program.contains("/") else { return ExecutableFile.exists(at: FilePath(program)) }
        return ([sandbox.programs] + path).contains {
            ExecutableFile.exists(at: $0.appending(program))
        }
    }

    /// True if `word` is a relative path of something in a folder where get ran.
    fileprivate func isRelativePath(_ word: String) -> Bool {
        let path = FilePath(word)
        guard !path.isEmpty, path.isRelative else { return false }
        return [sandbox.work, sandbox.destination, sandbox.folder].contains {
            FileStatus(of: $0.pushing(path)) != nil
        }
    }
}
