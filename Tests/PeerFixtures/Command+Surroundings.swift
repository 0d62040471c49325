import SystemPackage

/// The same command in surroundings that only root can arrange; they are gone when it ends.
extension Command {
    /// As the user `name`, without any privilege.
    public func `as`(_ name: String) -> Command {
        started(
            by: "/usr/bin/setpriv",
            ["--reuid", name, "--regid", "nogroup", "--clear-groups", "--no-new-privs"])
    }

    /// With a file system of its own in memory at `folder`. With `delay` (as sleep(1) takes it) it is
    /// filled to the brim so long after the start.
    public func withTemporaryFileSystem(
        at folder: FilePath, size: String, filledAfter delay: String? = nil
    ) -> Command {
        let fill = delay.map { "{ sleep \($0); cat /dev/zero >\"$folder/filler\"; } 2>&- & " } ?? ""
        return inMountNamespace(
            #"folder=$1; size=$2; shift 2; mount -t tmpfs -o size="$size" tmpfs "$folder"; "#
                + fill,
            [folder.string, size])
    }

    /// With an overlay on `folder`, as a container has one: what changes there lies in `upper`.
    public func withOverlay(on folder: FilePath, upper: FilePath, work: FilePath) -> Command {
        inMountNamespace(
            #"mount -t overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" overlay "$1"; shift 3; "#,
            [folder.string, upper.string, work.string])
    }

    /// With `file` in place of the system's file of the same path, as `/etc/hosts`.
    public func with(_ file: FilePath, inPlaceOf place: FilePath) -> Command {
        inMountNamespace(
            #"mount --bind "$1" "$2"; shift 2; "#, [file.string, place.string])
    }

    /// Once it has succeeded, copies the folder `from` to `to`, which nobody else could see say.
    public func copying(_ from: FilePath, to: FilePath) -> Command {
        started(
            by: "/bin/sh",
            [
                "-ec", #"from=$1; to=$2; shift 2; "$@"; cp -r "$from" "$to""#, "sh", from.string,
                to.string,
            ])
    }

    /// Runs this one to its end, and where that succeeds the other, in the surroundings of that.
    public func followed(by next: Command) -> Command {
        let lines = [self, next].map { command in
            ([command.program.string] + command.arguments).map { word in
                "'\(word.replacing("'", with: #"'\''"#))'"
            }.joined(separator: " ")
        }
        return Command(
            "/bin/sh", ["-ec", lines.joined(separator: "\n")], environment: next.environment)
    }

    /// Where no file can be larger than this, in blocks of 512 bytes.
    public func withFilesNoLarger(than blocks: Int) -> Command {
        started(by: "/bin/sh", ["-ec", #"ulimit -f "$1"; shift; exec "$@""#, "sh", "\(blocks)"])
    }

    /// With the variable `name` in its environment.
    public func with(_ name: String, _ value: String) -> Command {
        var command = self
        command.environment[name] = value
        return command
    }

    /// With no more than 512 MiB of addresses for each process: what grows without bounds fails.
    public func inLittleMemory() -> Command {
        started(by: "/usr/bin/prlimit", ["--as=\(512 << 20)"])
    }

    /// With `folder` read-only.
    public func withReadOnly(_ folder: FilePath) -> Command {
        inMountNamespace(
            #"mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; shift; "#, [folder.string])
    }

    /// With every file system read-only.
    public func withReadOnlyFileSystems() -> Command {
        let script = """
            cut -d ' ' -f 2 /proc/self/mounts | while read -r place; do
                mount -o remount,ro,bind "$(printf "$place")" 2>/dev/null || true
            done

            """
        return inMountNamespace(script, [])
    }

    /// With this umask (as the shell takes it).
    public func withUmask(_ umask: String) -> Command {
        started(by: "/bin/sh", ["-c", #"umask "$0"; exec "$@""#, umask])
    }

    /// In `overlay` as its root file system, where it is called by its path there.
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

    /// Runs `script` first, with `arguments` in front of the command's own.
    public func inMountNamespace(_ script: String, _ arguments: [String]) -> Command {
        started(
            by: "/usr/bin/unshare",
            ["--mount", "--propagation", "private", "/bin/sh", "-ec", script + #"exec "$@""#, "sh"]
                + arguments)
    }
}

extension TemporaryFolder {
    /// Makes the user `name` its owner, with all that is in it.
    public func give(to name: String) async throws {
        let ended = try await Command("/usr/bin/chown", ["-R", name, path.string]).run()
        guard ended.status.isSuccess else { throw FixtureError("chown failed: \(ended)") }
    }
}
