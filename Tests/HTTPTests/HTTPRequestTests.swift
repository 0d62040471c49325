import Foundation
import HTTP
import LinuxSystem
import PeerFixtures
import SystemPackage
import Testing

@Suite("HTTP requests", .timeLimit(.minutes(1)))
struct HTTPRequestTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Data("0123456789".utf8)
            .write(to: URL(filePath: folder.path.appending("digits").string))
    }

    private func request(
        _ url: String, longest: Int = 10, time: Duration = .seconds(20)
    ) -> HTTPRequest {
        HTTPRequest(url: url, userAgent: "test", limits: HTTPLimits(body: longest, time: time))
    }

    private func serving(_ body: @Sendable (WebServer) async throws -> Void) async throws {
        try await WebServer.serving(folder.path, state: folder.make("nginx"), body)
    }

    @Test("A response has the body up to the limit, and the address connected to")
    func body() async throws {
        try await serving { server in
            let response = try request(server.url + "digits").send(by: HTTPRoute())
            #expect(response.head.status == 200)
            #expect(response.body == Array("0123456789".utf8))
            #expect(response.address == "127.0.0.1")
            #expect(!response.isHTTP2)
            #expect(throws: HTTPError.bodyTooLarge) {
                try request(server.url + "digits", longest: 9).send(by: HTTPRoute())
            }
        }
    }

    @Test("A redirect and an error are returned as responses")
    func status() async throws {
        try await serving { server in
            let missing = try request(server.url + "missing", longest: 1000).send(by: HTTPRoute())
            #expect(missing.head.status == 404 && missing.head.reason == "Not Found")
        }
        let elsewhere = try folder.make("redirecting")
        try await WebServer.redirecting(to: "http://far.example/", state: elsewhere) { server in
            let response = try request(server.url + "a/../b", longest: 1000).send(by: HTTPRoute())
            #expect(response.head.status == 302)
            #expect(response.head.value(of: "Location") == "http://far.example/b")
            // The path is sent unchanged, including its dots. nginx writes its log after its answer.
            try await Patience.until {
                try server.requests.contains { $0.contains("GET /a/../b ") } ? () : nil
            }
        }
    }

    @Test("Refused addresses are not connected to and are reported, and the others are tried")
    func refusal() async throws {
        try await serving { server in
            let refused = HTTPRoute { "\($0) is not for us" }
            #expect(throws: HTTPError.refused("127.0.0.1 is not for us")) {
                try request(server.url + "digits").send(by: refused)
            }
            let requests = try server.requests
            #expect(requests.isEmpty)
            // localhost has both addresses.
            let partly = HTTPRoute { $0 == "::1" ? "not by IPv6" : nil }
            let url = "http://localhost:\(server.port)/digits"
            let response = try request(url).send(by: partly)
            #expect(response.head.status == 200 && response.address == "127.0.0.1")
        }
    }

    @Test("A request leaves by the given interface or address, or fails")
    func interface() async throws {
        try await serving { server in
            let request = request(server.url + "digits")
            for interface in [HTTPRoute.Interface.device("lo"), .address("127.0.0.1")] {
                let response = try request.send(by: HTTPRoute(interface: interface))
                #expect(response.head.status == 200)
            }
            #expect(throws: HTTPError.interface(Errno(rawValue: ENODEV))) {
                try request.send(by: HTTPRoute(interface: .device("nowhere0")))
            }
            #expect(throws: HTTPError.interface(.addressNotAvailable)) {
                try request.send(by: HTTPRoute(interface: .address("192.0.2.1")))
            }
            #expect(throws: HTTPError.interfaceOfOtherFamily) {
                try request.send(by: HTTPRoute(interface: .address("::1")))
            }
        }
    }

    @Test("A refused connection is reported with the host")
    func notConnected() throws {
        let port = try FreePort.any()
        let host = "127.0.0.1:\(port)"
        #expect(throws: HTTPError.notConnected(host: host, .connectionRefused)) {
            try request("http://\(host)/").send(by: HTTPRoute())
        }
    }

    @Test("A request ends at its time limit")
    func time() async throws {
        try await HostileServer.running { server in
            let start = ContinuousClock.now
            #expect(throws: HTTPError.timedOut) {
                try request(server.url(.silence), time: .milliseconds(500)).send(by: HTTPRoute())
            }
            #expect(ContinuousClock.now - start >= .milliseconds(500))
        }
    }

    @Test("A request goes through a proxy with credentials", arguments: ProxyServer.Kind.allCases)
    func proxy(kind: ProxyServer.Kind) async throws {
        try await serving { server in
            let request = request(server.url + "digits", longest: 10_000)
            try await ProxyServer.serving(kind, on: .loopback, state: folder.make("proxy")) {
                proxy in
                let known = HTTPRoute(proxy: try proxy.route(kind, isKnown: true))
                let response = try request.send(by: known)
                #expect(response.head.status == 200)
                let unknown = HTTPRoute(proxy: try proxy.route(kind, isKnown: false))
                switch kind {
                case .socks5:
                    let words = "the SOCKS5 proxy rejects the user or the password"
                    #expect(throws: HTTPError.proxy(words)) { try request.send(by: unknown) }
                case .http:
                    // The proxy's own answer.
                    let refusal = try request.send(by: unknown)
                    #expect(refusal.head.status / 100 == 4)
                }
                try await Patience.until { try server.requests.isEmpty ? nil : () }
                let requests = try server.requests
                #expect(requests.count == 1, "\(requests)")
            }
        }
    }

    @Test("For https the proxy is asked for a tunnel, and its refusal is reported")
    func tunnel() async throws {
        try await ProxyServer.serving(.http, on: .loopback, state: folder.make("proxy")) { proxy in
            let request = request("https://127.0.0.1:1/")
            // For a wrong password, and for a server that does not listen.
            for (isKnown, words) in [
                (false, "the proxy answered 4"), (true, "the proxy answered 5"),
            ] {
                let route = HTTPRoute(proxy: try proxy.route(.http, isKnown: isKnown))
                let error = #expect(throws: HTTPError.self) { try request.send(by: route) }
                guard case .proxy(let reason) = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(reason.hasPrefix(words), "\(reason)")
            }
        }
    }
}

extension ProxyServer {
    /// The route through it, with valid or invalid credentials.
    fileprivate func route(_ kind: Kind, isKnown: Bool) throws -> HTTPRoute.Proxy {
        let address = try #require(URL(string: url))
        let password = isKnown ? (kind == .socks5 ? "p:w" : "word") : "wrong"
        let server = HTTPProxyServer(
            host: try #require(address.host()), port: UInt16(try #require(address.port)),
            credentials: HTTPCredentials(user: "me", password: password))
        return kind == .socks5 ? .socks5(server) : .http(server)
    }
}
