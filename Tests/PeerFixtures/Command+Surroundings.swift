import SystemPackage

/// Variants of a command in an environment that only root can set up. The environment ends with the
/// command.
extension Command {
    /// Runs as the user `name` without any privilege.
    public func `as`(_ name: String) -> Command {
        started(
            by: "/usr/bin/setpriv",
            ["--reuid", name, "--regid", "nogroup", "--clear-groups", "--no-new-privs"])
    }

    /// Runs with its own file system in memory at `folder`. If `delay` (in the format of sleep(1))
    /// is given, the file system is filled up after that time.
    public func withTemporaryFileSystem(
        at folder: FilePath, size: String, filledAfter delay: String? = nil
    ) -> Command {
        let fill = delay.map { "{ sleep \($0); cat /dev/zero >\"$folder/filler\"; } 2>&- & " } ?? ""
        return inMountNamespace(
            #"folder=$1; size=$2; shift 2; mount -t tmpfs -o size="$size" tmpfs "$folder"; "#
                + fill,
            [folder.string, size])
    }

    /// Runs with an overlay on `folder`, as in a container. Changes are stored in `upper`.
    public func withOverlay(on folder: FilePath, upper: FilePath, work: FilePath) -> Command {
        inMountNamespace(
            #"mount -t overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" overlay "$1"; shift 3; "#,
            [folder.string, upper.string, work.string])
    }

    /// Runs with `file` mounted over the system's `place`, such as `/etc/hosts`.
    public func with(_ file: FilePath, inPlaceOf place: FilePath) -> Command {
        inMountNamespace(
            #"mount --bind "$1" "$2"; shift 2; "#, [file.string, place.string])
    }

    /// After it has succeeded, copies the folder `from` to `to`. `from` may be visible only to this
    /// command.
    public func copying(_ from: FilePath, to: FilePath) -> Command {
        started(
            by: "/bin/sh",
            [
                "-ec", #"from=$1; to=$2; shift 2; "$@"; cp -r "$from" "$to""#, "sh", from.string,
                to.string,
            ])
    }

    /// Runs this command to its end and, if it succeeds, the other one in the same environment.
    public func followed(by next: Command) -> Command {
        let lines = [self, next].map { command in
            ([command.program.string] + command.arguments).map { word in
                "'\(word.replacing("'", with: #"'\''"#))'"
            }.joined(separator: " ")
        }
        return Command(
            "/bin/sh", ["-ec", lines.joined(separator: "\n")], environment: next.environment)
    }

    /// Limits the size of files, in blocks of 512 bytes.
    public func withFilesNoLarger(than blocks: Int) -> Command {
        started(by: "/bin/sh", ["-ec", #"ulimit -f "$1"; shift; exec "$@""#, "sh", "\(blocks)"])
    }

    /// Sets the environment variable `name`.
    public func with(_ name: String, _ value: String) -> Command {
        var command = self
        command.environment[name] = value
        return command
    }

    /// Limits the address space of each process to 512 MiB, so that unbounded growth fails.
    public func inLittleMemory() -> Command {
        started(by: "/usr/bin/prlimit", ["--as=\(512 << 20)"])
    }

    /// Runs with `folder` read-only.
    public func withReadOnly(_ folder: FilePath) -> Command {
        inMountNamespace(
            #"mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; shift; "#, [folder.string])
    }

    /// Runs with all file systems read-only.
    public func withReadOnlyFileSystems() -> Command {
        let script = """
            cut -d ' ' -f 2 /proc/self/mounts | while read -r place; do
                mount -o remount,ro,bind "$(printf "$place")" 2>/dev/null || true
            done

            """
        return inMountNamespace(script, [])
    }

    /// Runs with this umask, in the format of the shell.
    public func withUmask(_ umask: String) -> Command {
        started(by: "/bin/sh", ["-c", #"umask "$0"; exec "$@""#, umask])
    }

    /// Runs with `overlay` as its root file system, and with the program's path inside it.
    public func inside(_ overlay: Overlay) -> Command {
        let script = """
            root=$1; shift
            for name in dev proc; do mkdir -p "$root/$name"; mount --rbind "/$name" "$root/$name"; done

            """
        var command = self
        command.program = FilePath("/usr/bin").appending(program.lastComponent?.string ?? "")
        return command.started(by: "/usr/sbin/chroot", [overlay.prefix.string])
            .inMountNamespace(script, [overlay.prefix.string])
    }

    /// Runs `script` first, with `arguments` before the command's own.
    public func inMountNamespace(_ script: String, _ arguments: [String]) -> Command {
        started(
            by: "/usr/bin/unshare",
            ["--mount", "--propagation", "private", "/bin/sh", "-ec", script + #"exec "$@""#, "sh"]
                + arguments)
    }
}

extension TemporaryFolder {
    /// Changes the owner of the folder and its contents to the user `name`.
    public func give(to name: String) async throws {
        let ended = try await Command("/usr/bin/chown", ["-R", name, path.string]).run()
        guard ended.status.isSuccess else { throw FixtureError("chown failed: \(ended)") }
    }
}
