extension DockerContainer {
    /// The options for a container that runs systemd, which manages control groups. Docker mounts
    /// them read-only. The container gets nothing else of the host.
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
