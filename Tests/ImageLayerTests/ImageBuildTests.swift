import LinuxSystem
import SystemPackage
import Testing

@testable import ImageLayer

@Suite("Detection of image builds")
struct ImageBuildTests {
    private static let root = "101 50 0:42 / / rw,relatime - overlay overlay rw,lowerdir=/l\n"

    private static func hosts(from source: String) -> MountTable {
        table("102 101 254:0 \(source) /etc/hosts ro,relatime master:1 - ext4 /dev/vda rw\n")
    }

    private static func table(_ lines: String = "") -> MountTable {
        MountTable(parsing: Array((root + lines).utf8))
    }

    private static func isBuild(
        _ mounts: MountTable = table(), hostName: String = "3f2a",
        containerEnvironment: String? = nil
    ) -> Bool {
        ImageBuild(
            mounts: mounts, hostName: hostName,
            containerEnvironment: containerEnvironment.map { Array($0.utf8) }) != nil
    }

    @Test("BuildKit is detected by its host name")
    func hostName() {
        #expect(Self.isBuild(hostName: "buildkitsandbox"))
        #expect(!Self.isBuild(hostName: "buildkitsandbox.example"))
        #expect(!Self.isBuild(hostName: ""))
    }

    @Test(
        "BuildKit is detected by its mounts, whatever the host name",
        arguments: [
            "/var/lib/docker/buildkit/executor/hosts.kvyorkzo5ncef476hm051euks",
            "/tmp/data/buildkit/executor/hosts",
            "/var/lib/buildkit/runc-overlayfs/executor/hosts.0",
            "/home/user/.local/share/buildkit/runc-native/executor/hosts",
        ])
    func executor(source: String) {
        #expect(Self.isBuild(Self.hosts(from: source)))
    }

    @Test(
        "A running container of Docker or podman, a pod or a machine is not a build",
        arguments: [
            "/var/lib/docker/containers/ccf0719b08a4/hosts",
            "/var/lib/containers/storage/overlay-containers/ab/userdata/hosts",
            "/var/lib/kubelet/pods/5a/etc-hosts", "/home/me/buildkit/hosts",
            "/home/me/executor/hosts", "/srv/executor/buildkit/hosts",
        ])
    func running(source: String) {
        #expect(!Self.isBuild(Self.hosts(from: source)))
        #expect(!Self.isBuild(Self.hosts(from: source), containerEnvironment: ""))
        #expect(
            !Self.isBuild(
                Self.hosts(from: source), containerEnvironment: "engine=\"podman-4.3.1\"\n"))
    }

    @Test("Buildah is detected by its name in /run/.containerenv")
    func buildah() {
        let text = "\nengine=\"buildah-1.28.2\"\nname=\"working-container\"\n"
        #expect(Self.isBuild(containerEnvironment: text))
        #expect(!Self.isBuild(containerEnvironment: "name=\"engine=\"buildah-1\"\n"))
    }

    @Test("Only what is on the root mount is in the layer")
    func places() throws {
        let mounts = try #require(MountTable.current)
        let build = try #require(
            ImageBuild(mounts: mounts, hostName: "buildkitsandbox", containerEnvironment: nil))
        let kernels = try #require(mounts.mount(at: "/proc"))
        #expect(build.place(of: "/proc/no/such/file") == .mount(kernels))
        #expect(build.place(of: "/") == (mounts.mount(at: "/") == nil ? .unknown : .layer))
        #expect(build.mounts(below: "/").contains(kernels))
        #expect(build.mounts(below: "/proc").allSatisfy { $0.point != "/proc" })
    }
}

@Suite("Mount table")
struct MountTableTests {
    @Test("Mounts are parsed as in proc(5), with any number of optional fields")
    func fields() {
        let text = """
            36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
            37 35 0:4 / /a rw shared:2 propagate_from:3 - tmpfs - rw
            38 35 0:5 / /b rw - overlay overlay rw
            """
        let mounts = MountTable(parsing: Array(text.utf8)).mounts
        #expect(mounts.map(\.number) == [36, 37, 38])
        #expect(mounts.map(\.source) == ["/mnt1", "/", "/"])
        #expect(mounts.map(\.point) == ["/mnt2", "/a", "/b"])
        #expect(mounts.map(\.kind) == ["ext3", "tmpfs", "overlay"])
    }

    @Test("Paths may contain blanks, tabs, newlines and backslashes")
    func escapes() {
        let text = #"36 35 0:4 / /a\040b\011c\012d\134e\ rw - tmpfs - rw"#
        let mounts = MountTable(parsing: Array(text.utf8)).mounts
        #expect(mounts.map(\.point.string) == ["/a b\tc\nd\\e\\"])
    }

    @Test(
        "Malformed lines are ignored",
        arguments: [
            "", "-", "x 35 0:4 / /a rw - tmpfs - rw", "36 35 0:4 / /a rw tmpfs - ",
            "36 35 0:4 / /a rw a b c", "36 35",
        ])
    func malformed(text: String) {
        #expect(MountTable(parsing: Array(text.utf8)).mounts == [])
    }

    @Test("The last of several mounts at a point counts")
    func hidden() {
        let text = "1 0 0:1 / /a rw - tmpfs - rw\n2 0 0:2 /x /a rw - ext4 - rw\n"
        #expect(MountTable(parsing: Array(text.utf8)).mount(at: "/a")?.number == 2)
    }
}
