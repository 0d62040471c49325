/// Network file systems: the kernel's server and client, with Debian's programs.
extension VirtualMachine {
    /// The address of the server.
    public static let server = "10.1.1.1"

    /// Serves the folder `/srv/shared`, which lies in memory, by NFS 3 and 4.
    public func serveNFS() async throws {
        try await run(
            """
            # Nobody gets a lock as long as clients of an earlier run may reclaim theirs: 50 seconds by default.
            modprobe lockd nlm_grace_period=1
            modprobe nfsd
            mkdir -p /srv
            mount -t tmpfs -o size=150m tmpfs /srv
            mkdir /srv/shared
            mount -t nfsd nfsd /proc/fs/nfsd
            touch /var/lib/nfs/etab /var/lib/nfs/rmtab
            rpcbind
            echo '/srv *(rw,fsid=0,no_root_squash,async,insecure,no_subtree_check)' >/etc/exports
            exportfs -ra
            rpc.mountd -p 20048
            mkdir /var/lib/nfs/nfsdcld /var/lib/nfs/rpc_pipefs
            mount -t rpc_pipefs rpc_pipefs /var/lib/nfs/rpc_pipefs
            nfsdcld
            # A server that has not found the list of its clients in time would wait for them, too.
            until rpc.nfsd 8 && dmesg | grep -q 'no clients to reclaim'; do rpc.nfsd 0; done
            """)
    }

    /// Mounts that folder of the machine with the address ``server`` at `/nfs3` and `/nfs4`. Version 3 has no locks.
    public func mountNFS() async throws {
        try await run(
            """
            modprobe nfs
            mkdir /nfs3 /nfs4
            mount.nfs \(Self.server):/shared /nfs4 -o vers=4.2
            mount.nfs \(Self.server):/srv/shared /nfs3 \\
                -o vers=3,nolock,proto=tcp,port=2049,mountproto=tcp,mountport=20048
            """)
    }
}
