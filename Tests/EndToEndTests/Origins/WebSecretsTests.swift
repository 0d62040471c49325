import Foundation
import PeerFixtures
import SystemPackage
import Testing

@Suite("Secrets for web servers", .timeLimit(.minutes(3)))
struct WebSecretsTests {
    private static let token = "s3cret-token"

    private func givenWithHeaderFile() throws -> FileAtOrigin {
        var given = try FileAtOrigin(bytes: 10 << 20)
        let file = given.folder.path.appending("header")
        try "# for the origin\nAuthorization: Bearer \(Self.token)\nX-Token: \(Self.token)\n"
            .write(toFile: file.string, atomically: true, encoding: .utf8)
        given.overlay.environment["PIERDAT_HTTP_HEADER_FILE"] = file.string
        return given
    }

    @Test(
        "The fields of the header file are sent to the server, and are neither printed nor recorded"
    )
    func headerFile() async throws {
        let given = try givenWithHeaderFile()
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name, "auth=Bearer%20\(Self.token)")
            let ended = try await given.get(url + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(!(ended.errors + ended.output).contains(Self.token), "\(ended)")
            #expect(await origin.requests.allSatisfy { $0.token == Self.token })
        }
        #expect(given.isComplete)
        for file in try FileManager.default.subpathsOfDirectory(
            atPath: given.overlay.prefix.appending("var").string)
        {
            let path = given.overlay.prefix.appending("var").appending(file).string
            let bytes = (try? Data(contentsOf: URL(filePath: path))) ?? Data()
            #expect(bytes.range(of: Data(Self.token.utf8)) == nil, "\(file)")
        }
        #expect(
            try !String(decoding: given.overlay.seedListContents, as: UTF8.self).contains(
                Self.token))
    }

    @Test("A redirect to another server gets neither the fields nor the credentials")
    func redirected() async throws {
        let given = try givenWithHeaderFile()
        try await Origin.serving(given.origin) { other in
            try await Origin.serving(given.origin) { origin in
                let target = other.url(FileAtOrigin.name)
                let url = origin.url(FileAtOrigin.name, "redirect=\(target)")
                    .replacing("http://", with: "http://user:\(Self.token)@", maxReplacements: 1)
                let ended = try await given.get(url + given.pin)
                #expect(ended.status == .exited(0), "\(ended)")
                #expect(await origin.requests.allSatisfy { $0.token == Self.token })
                #expect(!(ended.errors + ended.output).contains(Self.token), "\(ended)")
            }
            let requests = await other.requests
            #expect(!requests.isEmpty)
            #expect(
                requests.allSatisfy { $0.token == "-" && $0.authorization == "-" }, "\(requests)")
        }
    }

    @Test("Credentials come from ~/.netrc")
    func netrc() async throws {
        let given = try FileAtOrigin(bytes: 1000)
        try "machine 127.0.0.1 login me password \(Self.token)\n".write(
            toFile: given.folder.path.appending(".netrc").string, atomically: true, encoding: .utf8)
        let basic = Data("me:\(Self.token)".utf8).base64EncodedString()
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name, "auth=Basic%20\(basic)")
            let ended = try await given.get(url + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
        }
    }

    @Test("A header file that is missing or malformed is a usage error that does not show it")
    func badHeaderFile() async throws {
        var given = try FileAtOrigin(bytes: 1000)
        let file = given.folder.path.appending("header")
        given.overlay.environment["PIERDAT_HTTP_HEADER_FILE"] = file.string
        let missing = try await given.get("http://127.0.0.1:1/f\(given.pin)")
        #expect(missing.status == .exited(64), "\(missing)")
        try "Bearer \(Self.token)\n".write(
            toFile: file.string, atomically: true, encoding: .utf8)
        let malformed = try await given.get("http://127.0.0.1:1/f\(given.pin)")
        #expect(malformed.status == .exited(64), "\(malformed)")
        #expect(!malformed.errors.contains(Self.token), "\(malformed)")
    }

    @Test("A signed URL that expires is asked for again at the original URL")
    func expires() async throws {
        let given = try FileAtOrigin(bytes: 60 << 20)
        try await Origin.serving(given.origin) { origin in
            let url = origin.url(FileAtOrigin.name, "expire=2")
            let ended = try await given.get(url + given.pin)
            #expect(ended.status == .exited(0), "\(ended)")
            #expect(await origin.requests.contains { $0.status == 403 })
        }
        #expect(given.isComplete)
    }
}
