import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Data from origins in the cache", .timeLimit(.minutes(3)))
struct OriginCacheTests {
    /// Two machines, one after the other, with the same cache mount.
    private struct Given {
        let cache: FilePath
        var first: FileAtOrigin
        var second: FileAtOrigin

        init() throws {
            first = try FileAtOrigin(bytes: 5_000_000)
            second = try FileAtOrigin(bytes: 5_000_000)
            cache = first.folder.path.appending("cache")
            first.overlay.environment["PIERDAT_CACHE"] = cache.string
            second.overlay.environment["PIERDAT_CACHE"] = cache.string
        }

        /// The data in the cache, by path.
        var cached: [String: Data] {
            RepositoryAtHub.files(below: cache).filter { $0.key.hasSuffix(FileAtOrigin.name) }
        }
    }

    @Test(
        "A file from a web server comes from the cache the next time, when the server is gone",
        arguments: ["", "&xt=urn:btih:"])
    func gone(rest: String) async throws {
        let given = try Given()
        let (url, ended) = try await Origin.serving(given.first.origin) { origin in
            let url = origin.url(FileAtOrigin.name)
            return (url, try await given.first.get(url + given.first.pin))
        }
        #expect(ended.status == .exited(0), "\(ended)")
        let hash = ended.errors.components(separatedBy: "xt=urn:btih:").last?.prefix(40) ?? ""
        let pin = given.first.pin + (rest.isEmpty ? "" : rest + hash)

        let again = try await given.second.get("--stall-timeout", "5", url + pin)
        #expect(again.status == .exited(0), "\(again)")
        #expect(again.errors.contains("copied from the cache"), "\(again)")
        #expect(given.second.isComplete)
        #expect(try given.second.overlay.seedLines.count == 1)
    }

    @Test("A file that was damaged in the cache is repaired from the web server")
    func damaged() async throws {
        let given = try Given()
        try await Origin.serving(given.first.origin) { origin in
            let uri = origin.url(FileAtOrigin.name) + given.first.pin
            let ended = try await given.first.get(uri)
            #expect(ended.status == .exited(0), "\(ended)")
            let path = try #require(given.cached.keys.first)
            var data = given.first.contents
            data[100] ^= 1
            try data.write(to: URL(filePath: given.cache.appending(path).string))

            let again = try await given.second.get(uri)
            #expect(again.status == .exited(0), "\(again)")
            #expect(given.second.isComplete)
            #expect(given.cached[path] == given.first.contents)
        }
    }

    @Test("A file that is larger than the cache's limit is downloaded without the cache")
    func limit() async throws {
        var given = try Given()
        given.first.overlay.environment["PIERDAT_CACHE_LIMIT"] = "1M"
        let ended = try await Origin.serving(given.first.origin) { [given] origin in
            try await given.first.get(origin.url(FileAtOrigin.name) + given.first.pin)
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.errors.contains("more than PIERDAT_CACHE_LIMIT allows"), "\(ended)")
        #expect(given.first.isComplete)
        #expect(given.cached.isEmpty)
    }

    @Test("A cache that cannot be written does not fail the download")
    func unusable() async throws {
        let given = try Given()
        try Data().write(to: URL(filePath: given.cache.string))
        let ended = try await Origin.serving(given.first.origin) { origin in
            try await given.first.get(origin.url(FileAtOrigin.name) + given.first.pin)
        }
        #expect(ended.status == .exited(0), "\(ended)")
        #expect(ended.errors.contains("warning: the cache \(given.cache) cannot be used"))
        #expect(given.first.isComplete)
    }

    @Test("A pinned repository of the Hub comes from the cache, with its list from the Hub")
    func repository() async throws {
        var given = try RepositoryAtHub()
        given.overlay.environment["PIERDAT_CACHE"] = given.folder.path.appending("cache").string
        try await given.serving { server, given in
            let ended = try await given.get("hf://\(RepositoryAtHub.name)")
            #expect(ended.status == .exited(0), "\(ended)")
            let line = try #require(ended.errors.firstMatch(of: /'(hf:\S+#xt=urn:btih:\w+)'/))
            let requests = await server.requests.count { $0.path.contains("/resolve/") }
            try FileManager.default.removeItem(atPath: given.destination.string)

            let again = try await given.get(String(line.1))
            #expect(again.status == .exited(0), "\(again)")
            #expect(again.errors.contains("copied from the cache"), "\(again)")
            #expect(given.arrived == given.expected())
            #expect(await server.requests.count { $0.path.contains("/resolve/") } == requests)
        }
    }
}
