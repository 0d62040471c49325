import Foundation
import Glibc
import SystemPackage

/// A machine with a kernel of its own: Debian's, with NFS and control groups of version 2, which the machine of the tests
/// may lack. It has a busybox, the folder `/share` in common with the test, and this machine's loopback address as
/// 10.0.2.2.
public struct VirtualMachine: Sendable {
    /// The folder that it sees as `/share`.
    public let share: FilePath
    private let jobs: FilePath
    private let process: RunningProcess

    /// This machine's loopback address, as the virtual machine sees it.
    public static let host = "10.0.2.2"

    /// A disk, which is an ordinary file here and `/dev/vda` there.
    public struct Disk: Sendable {
        let file: FilePath
        let bytesPerSecond: Int

        /// `file` must exist. The disk writes at most `bytesPerSecond`.
        public init(_ file: FilePath, bytesPerSecond: Int) {
            self.file = file
            self.bytesPerSecond = bytesPerSecond
        }
    }

    /// The cable of two virtual machines.
    public struct Cable: Sendable {
        let socket: FilePath

        /// `folder` has a short path, because it is that of a socket.
        public init(in folder: FilePath) {
            socket = folder.appending("cable")
        }
    }

    /// Runs a machine while `body` runs. `number` is its end of the cable, 1 or 2, where its address is 10.1.1.`number`.
    public static func running<Value: Sendable>(
        _ name: String, in folder: FilePath, cable: Cable? = nil, number: Int = 1,
        disk: Disk? = nil, memory: Int = 384,
        _ body: @Sendable (VirtualMachine) async throws -> Value
    ) async throws -> Value {
        let share = folder.appending("share")
        let jobs = folder.appending("jobs.in")
        try Script.run("mkdir", "-p", share.appending("jobs").string)
        try Script.run("mkfifo", jobs.string, folder.appending("jobs.out").string)
        // A virtual machine that listens has made its socket before the other one connects.
        if let cable, number > 1 {
            try await Patience.until { access(cable.socket.string, F_OK) == 0 ? () : nil }
        }
        var arguments = try await processor() + kernel(name, cable.map { _ in number })
        arguments += [
            "-m", "\(memory)", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
            "-serial", "file:\(folder)/console", "-serial", "stdio",
            "-chardev", "pipe,id=jobs,path=\(folder)/jobs", "-serial", "chardev:jobs",
            "-virtfs", "local,path=\(share),mount_tag=share,security_model=none",
            "-netdev", "user,id=host", "-device", "virtio-net-pci,netdev=host,romfile=",
            "-device", "virtio-rng-pci",
        ]
        if let cable {
            arguments += [
                "-netdev",
                "stream,id=cable,server=\(number == 1 ? "on" : "off"),addr.type=unix,"
                    + "addr.path=\(cable.socket)",
                "-device", "virtio-net-pci,netdev=cable,romfile=,mac=52:54:00:00:01:0\(number)",
            ]
        }
        if let disk {
            arguments += [
                "-drive",
                "if=virtio,format=raw,file=\(disk.file),throttling.bps-write=\(disk.bytesPerSecond)",
            ]
        }
        let command = try Command(
            installed: "qemu-system-x86_64", package: "qemu-system-x86", arguments)
        return try await RunningProcess.with(command) { process in
            try await body(VirtualMachine(share: share, jobs: jobs, process: process))
        }.value
    }

    /// Waits until it can run scripts. Call this before `run` and `start`.
    public func isReady() async throws {
        _ = try await process.line(containing: "ready")
    }

    /// The hardware's own virtualization if this machine has it. Otherwise the processor is emulated.
    private static func processor() throws -> [String] {
        let processors = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let flags = #/^flags.* (?:vmx|svm) /#.anchorsMatchLineEndings()
        let isVirtualizing = processors.contains(flags) && access("/dev/kvm", R_OK | W_OK) == 0
        let kinds = isVirtualizing ? ["-accel", "kvm"] : []
        return kinds + ["-accel", "tcg", "-machine", "q35", "-cpu", "max"]
    }

    private static func kernel(_ name: String, _ number: Int?) async throws -> [String] {
        let ended = try await Command(
            Package.root.appending("scripts/virtual-machine"), [],
            environment: ProcessInfo.processInfo.environment
        ).run()
        guard ended.status.isSuccess, let folder = ended.output.split(separator: "\n").last else {
            throw FixtureError("there is no virtual machine: \(ended)")
        }
        let address = number.map { "address=10.1.1.\($0)/24" } ?? ""
        let parameters = "console=ttyS0 panic=-1 mitigations=off quiet name=\(name) limit=600"
        return [
            "-kernel", "\(folder)/vmlinux", "-initrd", "\(folder)/initrd",
            "-append", "\(parameters) \(address)",
        ]
    }

    /// A shell script that runs on the machine.
    public struct Job: Sendable {
        private let name: String
        private let process: RunningProcess

        fileprivate init(_ name: String, _ process: RunningProcess) {
            self.name = name
            self.process = process
        }

        /// The file there with the pid of the script.
        public var pidFile: String { "/run/jobs/\(name)" }

        /// Waits for a line of its output that contains `text`.
        public func line(containing text: String) async throws -> String {
            try await process.line {
                $0.hasPrefix("\(name) ") && $0.contains(text)
            }
        }

        /// Waits for its end. Returns the exit code and the output.
        public func end() async throws -> (status: Int32?, output: String) {
            let last = try await process.line { $0.hasPrefix("\(name) ended with ") }
            let own = await process.output.split(separator: "\n").filter {
                $0.hasPrefix("\(name) ")
            }
            let output = own.dropLast().map { $0.dropFirst(name.count + 1) }
            let status = last.split(separator: " ").last.flatMap { Int32($0) }
            return (status, output.joined(separator: "\n") + "\n")
        }
    }

    /// Starts a script, which ends at the first command that fails.
    public func start(_ script: String) throws -> Job {
        let name = UUID().uuidString
        try Data(script.utf8).write(
            to: URL(filePath: share.appending("jobs").appending(name).string))
        let line = FileHandle(forWritingAtPath: jobs.string)
        try line?.write(contentsOf: Data("\(name)\n".utf8))
        try line?.close()
        return Job(name, process)
    }

    /// Runs a script and returns its output. Throws if it fails.
    @discardableResult
    public func run(_ script: String) async throws -> String {
        let ended = try await start(script).end()
        guard ended.status == 0 else {
            throw FixtureError("a script in a virtual machine failed: \(script)\n\(ended)")
        }
        return ended.output
    }

    /// Sends a signal to the process that a job has become by `exec`.
    public func send(_ signal: String, to job: Job) async throws {
        try await run("kill -\(signal) $(cat \(job.pidFile))")
    }
}
