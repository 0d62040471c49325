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
        do throws(Errno) {
            let pipe = try Pipe()
            let output = try ChildOutput(
                pipe.readingEnd, of: child.service.name, loop: loop, log: log)
            do throws(Errno) {
                let pid = try command(program, words, output: pipe.writingEnd).spawn()
                child.output = output
                return pid
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

    private func command(_ program: FilePath, _ words: [String], output: OwnedDescriptor) -> Command
    {
        var command = Command(
            program: ExecutableFile.own.string,
            arguments: ChildLoader.arguments(
                parent: getpid(), descriptors: descriptors, program: program.string,
                arguments: words))
        command.attributes.defaultSignals = .all
        command.attributes.standardStreams = .init(output: output)
        return command
    }
}
