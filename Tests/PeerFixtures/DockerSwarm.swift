import SystemPackage

/// A real Docker Swarm of two nodes on two hosts of a virtual network.
public struct DockerSwarm: Sendable {
    /// The node that accepts commands for the swarm.
    public let manager: DockerEngine
    public let worker: DockerEngine

    /// Runs the swarm while `body` runs. The engines write to `folder`.
    public static func running<Value: Sendable>(
        in network: VirtualNetwork, folder: FilePath,
        _ body: @Sendable (DockerSwarm) async throws -> Value
    ) async throws -> Value {
        let (first, second) = try await (network.host(.v4), network.host(.v4))
        return try await running(on: first, folder) { manager in
            try await running(on: second, folder) { worker in
                try await join(manager, first, worker, second)
                return try await body(DockerSwarm(manager: manager, worker: worker))
            }
        }
    }

    private static func running<Value: Sendable>(
        on host: Host, _ folder: FilePath, _ body: @Sendable (DockerEngine) async throws -> Value
    ) async throws -> Value {
        let own = folder.appending("node-\(host.address)")
        try Script.run("mkdir", own.string)
        return try await DockerEngine.running(on: host, in: own, body)
    }

    private static func join(
        _ manager: DockerEngine, _ first: Host, _ worker: DockerEngine, _ second: Host
    ) async throws {
        try await manager.docker("swarm", "init", "--advertise-addr", first.address)
        let token = try await manager.docker("swarm", "join-token", "--quiet", "worker")
        try await worker.docker(
            "swarm", "join", "--token", token, "--advertise-addr", second.address,
            "\(first.address):2377")
    }

    /// The nodes.
    public var engines: [DockerEngine] { [manager, worker] }

    /// Loads the images in `archive`, from `docker save`, on all nodes.
    public func load(_ archive: FilePath) async throws {
        for engine in engines { try await engine.docker("load", "--input", archive.string) }
    }

    /// Deploys a stack from `files`, whose variables have these values, without waiting for it.
    public func deploy(
        _ stack: String, from files: [FilePath], _ values: [String: String]
    ) async throws {
        var deploy = manager.command("stack", "deploy", "--resolve-image", "never", "--detach=true")
        deploy.arguments += files.flatMap { ["--compose-file", $0.string] } + [stack]
        deploy.environment.merge(values) { $1 }
        let ended = try await deploy.run()
        guard ended.status.isSuccess else { throw FixtureError("stack deploy: \(ended)") }
    }

    /// Moves all replicas from the worker, before somebody switches it off.
    public func drainWorker() async throws {
        let worker = try await manager.docker(
            "node", "ls", "--filter", "role=worker", "--format", "{{.ID}}")
        try await manager.docker("node", "update", "--availability", "drain", worker)
    }

    /// The replicas of `service` that Swarm calls running, as it does when their health check succeeds.
    public func running(_ service: String) async throws -> Int {
        let replicas = try await manager.docker(
            "service", "ls", "--filter", "name=\(service)", "--format", "{{.Replicas}}")
        guard let count = replicas.split(separator: "/").first.flatMap({ Int($0) }) else {
            throw FixtureError("docker service ls says \(replicas)")
        }
        return count
    }

    /// The containers of `service` on `engine` that are healthy.
    public static func healthyContainers(of service: String, on engine: DockerEngine) async throws
        -> [String]
    {
        try await engine.docker(
            "ps", "--quiet", "--filter", "label=com.docker.swarm.service.name=\(service)",
            "--filter", "health=healthy"
        ).split(separator: "\n").map(String.init)
    }
}
