import Glibc
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("Status reports of seeders", .timeLimit(.minutes(3)))
struct NotifySocketClientTests {
    @Test("A slow reader never blocks the seeder and eventually gets the latest report")
    func slowReader() throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("notify.sock").string
        let reader = try UnixSocket(.datagram)
        try reader.bind(to: try #require(UnixSocketAddress(path: path)))
        let client = try #require(NotifySocketClient(notifySocket: path))
        // Many more than the kernel buffers.
        for number in 1...10_000 { client.send("\(number)") }
        #expect(!isReadable(client.roomReady))
        var last = ""
        while let (bytes, _) = reader.receive(atMost: 64) {
            last = String(decoding: bytes, as: UTF8.self)
        }
        #expect(last != "10000")
        #expect(isReadable(client.roomReady))
        client.sendPending()
        #expect(!isReadable(client.roomReady))
        let (bytes, _) = try #require(reader.receive(atMost: 64))
        #expect(String(decoding: bytes, as: UTF8.self) == "10000")
    }

    @Test("A seeder can wait until its last report was read, but not for ever")
    func lastReport() throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("notify.sock").string
        let reader = try UnixSocket(.datagram)
        try reader.bind(to: try #require(UnixSocketAddress(path: path)))
        let client = try #require(NotifySocketClient(notifySocket: path))
        client.send("last")
        let start = ContinuousClock.now
        client.waitUntilRead(atMost: .milliseconds(50))
        #expect(ContinuousClock.now - start >= .milliseconds(50))
        _ = try #require(reader.receive(atMost: 64))
        // Ends at once: the time limit of the test is shorter.
        client.waitUntilRead(atMost: .seconds(3600))
    }

    @Test("Reports are dropped when the reader is gone")
    func deadReader() throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("notify.sock").string
        #expect(NotifySocketClient(notifySocket: path) == nil)
        var reader: UnixSocket? = try UnixSocket(.datagram)
        try reader?.bind(to: try #require(UnixSocketAddress(path: path)))
        let client = try #require(NotifySocketClient(notifySocket: path))
        reader = nil
        client.send("words")
        #expect(!isReadable(client.roomReady))
    }

    private func isReadable(_ descriptor: OwnedDescriptor) -> Bool {
        var entry = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 1
    }
}
