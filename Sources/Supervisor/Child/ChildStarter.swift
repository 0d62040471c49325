import Glibc
import LinuxSystem
import SystemPackage

/// Starts a child's process in its own process group, through ``ChildLoader``.
struct ChildStarter {
    /// A process could not be started.
    struct Failure: Error, CustomStringConvertible {
        let program: String
        let cause: Errno

        /// The exit code that a shell would report.
        var end: TerminationStatus { .exited(cause == .noSuchFileOrDirectory ? 127 : 126) }
        var description: String {
            cause == .noSuchFileOrDirectory
                ? "there is no program \(program)"
                : ResourceShortage(spawning: cause).map { "\($0)" } ?? "\(cause)"
        }
    }

    let seedList: FilePath
    let environment: SeederEnvironment
    let finder: ProgramFinder
    /// The soft limit of open descriptors in the children.
    let descriptors: UInt
    let loop: EventLoop
    let log: Log

    /// Starts the child's process, connects its output to the log and returns its pid.
    func start(_ child: SupervisedChild) throws(Failure) -> pid_t {
        let words = words(of: child.service)
        guard let program = finder.find(words[0]) else {
            throw Failure(program: words[0], cause: .noSuchFileOrDirectory)
        }
        let (pid, output) = try start(program, words, named: child.service.name, givesWay: true)
        child.output = output
        return pid
    }

    /// Starts `program` with the arguments `words`, and connects its output to the log. If it `givesWay`, it has a low
    /// priority.
    func start(
        _ program: FilePath, _ words: [String], named name: String, givesWay: Bool
    ) throws(Failure) -> (pid: pid_t, output: ChildOutput) {
        do throws(Errno) {
            let pipe = try Pipe()
            let output = try ChildOutput(pipe.readingEnd, of: name, loop: loop, log: log)
            do throws(Errno) {
                let command = command(program, words, output: pipe.writingEnd, givesWay: givesWay)
                return (try command.spawn(), output)
            } catch {
                output.close()
                throw error
            }
        } catch {
            throw Failure(program: program.string, cause: error)
        }
    }

    private func words(of service: Service) -> [String] {
        switch service {
        case .line(let line): [line.program] + line.arguments
        case .server: [service.name, seedList.string]
        }
    }

    private func command(
        _ program: FilePath, _ words: [String], output: OwnedDescriptor, givesWay: Bool
    ) -> Command {
        var command = Command(
            program: ExecutableFile.own.string,
            arguments: ChildLoader.arguments(
                parent: getpid(), descriptors: descriptors, givesWay: givesWay,
                program: program.string, arguments: words))
        environment.apply(to: &command)
        command.attributes.defaultSignals = .all
        command.attributes.standardStreams = .init(output: output)
        return command
    }
}
