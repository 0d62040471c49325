import BackendContract
import Backends
import Glibc
import LinuxSystem
import SystemPackage

/// Fills a sandbox with copies of Pierdat and of a backend. Backends find their installation by the path of their
/// own executable, so links to the original would not do.
struct SandboxInstallation {
    let sandbox: Sandbox
    /// Pierdat's own executable.
    let executable: FilePath

    /// Installs Pierdat and `original`. Returns the installed backend.
    func install(_ original: Backend) throws(Errno) -> Backend {
        let programs = executable.removingLastComponent()
        try Self.link(executable.string, from: sandbox.kit.appending(ConfinedProgram.name))
        try copy(executable, to: sandbox.programs.appending("pierdat"), mayLink: true)
        try copyPrograms(of: programs) { $0.hasPrefix("pierdat") }
        try copyPrograms(of: original.folder) { name in
            BackendProgram(fileName: name)?.backend == original.name
        }
        let libraries = [programs, original.folder].map {
            $0.removingLastComponent().appending("lib/pierdat")
        }
        for library in libraries {
            try copyTree(library, to: sandbox.prefix.appending("usr/lib/pierdat"))
        }
        return Backend(name: original.name, folder: sandbox.programs)
    }

    private func copyPrograms(
        of folder: FilePath, where isWanted: (String) -> Bool
    ) throws(Errno) {
        for name in FolderTree(folder).names() where isWanted(name.string) {
            let source = folder.pushing(name)
            let target = sandbox.programs.pushing(name)
            guard FileStatus(withoutFollowing: target) == nil, ExecutableFile.exists(at: source)
            else { continue }
            if try source.resolved() == executable {
                try Self.link("pierdat", from: target)
            } else {
                try copy(source, to: target)
            }
        }
    }

    /// Copies the files below `source` that `target` does not have yet. Does nothing if there is no `source`.
    private func copyTree(_ source: FilePath, to target: FilePath) throws(Errno) {
        for name in FolderTree(source).names() {
            let (from, to) = (source.pushing(name), target.pushing(name))
            switch FileStatus(of: from)?.kind {
            case .folder: try copyTree(from, to: to)
            case .file where FileStatus(withoutFollowing: to) == nil:
                try Folder.make(target)
                try copy(from, to: to)
            case .file, .link, .other, nil: continue
            }
        }
    }

    /// Copies a file with its permissions. `mayLink`: a hard link will do, which needs no space.
    private func copy(_ source: FilePath, to target: FilePath, mayLink: Bool = false) throws(Errno)
    {
        let isLinked =
            mayLink
            && source.withPlatformString { source in
                target.withPlatformString { Glibc.link(source, $0) == 0 }
            }
        guard !isLinked else { return }
        do {
            let input = try FileDescriptor.open(source, .readOnly, options: .closeOnExec)
            try input.closeAfter {
                let mode = CInterop.Mode(FileStatus(of: source)?.mode ?? 0o755)
                let output = try FileDescriptor.open(
                    target, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: FilePermissions(rawValue: mode))
                try output.closeAfter { try Self.copy(from: input, to: output) }
            }
        } catch {
            throw error as? Errno ?? .ioError
        }
    }

    private static func copy(from input: FileDescriptor, to output: FileDescriptor) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while case let count = try input.read(into: buffer), count > 0 {
            try output.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private static func link(_ target: String, from path: FilePath) throws(Errno) {
        guard path.withPlatformString({ symlink(target, $0) }) == 0 else {
            throw Errno(rawValue: errno)
        }
    }
}
