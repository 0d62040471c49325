import BackendContract
import SeedList

/// The task of one supervised child.
enum Service: Hashable, Sendable {
    /// One line of the seed list.
    case line(SeedLine)
    /// All lines of one backend, served by its `pierdat-serve-NAME`.
    case server(backend: String)

    /// The prefix of its lines in the log.
    var name: String {
        switch self {
        case .line(let line):
            line.program.split(separator: "/").last.map(String.init) ?? line.program
        case .server(let backend): BackendProgram(.serve, of: backend).fileName
        }
    }

    /// The backend; nil if the program's name does not follow the contract.
    var backend: String? {
        switch self {
        case .server(let backend): backend
        case .line:
            BackendProgram(fileName: name).flatMap { $0.role == .seed ? $0.backend : nil }
        }
    }
}

/// The services that a seed list requires, each with its lines, in the order of the list.
struct ServicePlan: Sendable {
    private(set) var services: [Service] = []
    private(set) var lines: [Service: [SeedLine]] = [:]

    /// `hasServer` returns true if a backend has a `pierdat-serve-NAME`.
    init(_ list: SeedList, hasServer: (_ backend: String) -> Bool) {
        for line in list.lines {
            let service = Self.service(for: line, hasServer: hasServer)
            if lines[service] == nil { services.append(service) }
            lines[service, default: []].append(line)
        }
    }

    private static func service(
        for line: SeedLine, hasServer: (_ backend: String) -> Bool
    ) -> Service {
        let service = Service.line(line)
        guard let backend = service.backend, hasServer(backend) else { return service }
        return .server(backend: backend)
    }
}
