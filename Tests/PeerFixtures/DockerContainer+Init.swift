extension DockerContainer {
    /// Options of a container that systemd runs in: it manages control groups, which Docker mounts
    /// read-only; nothing else of the host's is given to it.
    public static let whatSystemdNeeds = [
        "--cgroupns=private", "--cap-add=SYS_ADMIN", "--security-opt=seccomp=unconfined",
        "--security-opt=apparmor=unconfined", "--tmpfs=/run", "--tmpfs=/run/lock",
        "--env=container=docker",
    ]

    /// The command of a container that runs its image's init daemon.
    public static let startInit = [
        "sh", "-c",
        """
        for folder in /sys/fs/cgroup /sys/fs/cgroup/systemd; do
            mount -o remount,bind,rw "$folder" 2>/dev/null
        done
        exec /sbin/init
        """,
    ]
}
