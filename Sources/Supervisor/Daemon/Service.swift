import BackendContract
import SeedList

/// What one supervised child is there for.
enum Service: Hashable, Sendable {
    /// A line of the seed list.
    case line(SeedLine)
    /// All lines of one backend, by its `pierdat-serve-NAME`.
    case server(backend: String)

    /// The name in front of what it says.
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

/// The services that a seed list asks for, each with the lines that it covers, in the list's order.
struct ServicePlan: Sendable {
    private(set) var services: [Service] = []
    private(set) var lines: [Service: [SeedLine]] = [:]

    /// `hasServer` tells whether a backend has a `pierdat-serve-NAME`.
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
