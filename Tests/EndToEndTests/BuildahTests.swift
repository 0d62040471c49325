import PeerFixtures
import Testing

@Suite("Mounts in a Buildah build", .timeLimit(.minutes(5)))
struct BuildahTests {
    @Test("A RUN fails if its data would not become part of the image")
    func mounts() async throws {
        let ended = try await Buildah().build([
            "RUN pierdat publish /usr/lib && echo \"layer: $?\"",
            "RUN --mount=type=tmpfs,target=/srv/maps "
                + "echo tiles >/srv/maps/tiles; pierdat publish /srv/maps; echo \"tmpfs: $?\"",
            "RUN --mount=type=cache,target=/srv/maps "
                + "echo tiles >/srv/maps/tiles; pierdat publish /srv/maps; echo \"cache: $?\"",
            "RUN --mount=type=bind,source=root/etc,target=/srv/maps "
                + "pierdat publish /srv/maps; echo \"bind: $?\"",
        ])
        #expect(ended.status == .exited(0), "\(ended)")
        for line in ["layer: 0", "tmpfs: 73", "cache: 73", "bind: 73"] {
            #expect(ended.output.contains(line), "\(line) in \(ended)")
        }
        #expect(
            ended.errors.contains("PATH /srv/maps is on the mount at /srv/maps (tmpfs)"),
            "\(ended)")
    }
}
