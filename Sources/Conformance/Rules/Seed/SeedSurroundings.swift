import Glibc

extension Rule {
    /// The seeder runs where nothing can be written.
    static let seedRunsOnReadOnlyRoot = Rule("seed-on-read-only-root", .seed) {
        examination throws(Obstacle) in
        guard let line = try examination.seedLine() else { return notSeeded }
        let seen = try examination.seed(line) { $0.writing = .nowhere }
        guard seen.stop != nil else {
            return .broken(
                "where no file can be written, the seeder \(seen.ending) after "
                    + "\(seen.duration.inSeconds)\(seen.lastWords)",
                asked: "It may run on a read-only file system")
        }
        return .passed("the seeder runs where no file can be written")
    }

    /// The seeder runs as a user who owns nothing.
    static let seedRunsAsOtherUser = Rule("seed-as-other-user", .seed) {
        examination throws(Obstacle) in
        guard let line = try examination.seedLine() else { return notSeeded }
        guard geteuid() == 0 else {
            throw .notChecked("only root can run a seeder as another user")
        }
        let seen = try examination.seed(line) { $0.user = Confinement.nobody }
        guard seen.stop != nil else {
            guard seen.end != .ended(.exited(126)) else {
                throw .notChecked("the user nobody cannot reach the sandbox\(seen.lastWords)")
            }
            return .broken(
                "as the user nobody, the seeder \(seen.ending) after "
                    + "\(seen.duration.inSeconds)\(seen.lastWords)",
                asked: "It may run as any user")
        }
        return .passed("the seeder runs as the user nobody")
    }
}
