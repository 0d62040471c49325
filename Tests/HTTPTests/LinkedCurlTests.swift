import HTTP
import Testing

@Suite("The libcurl that is linked")
struct LinkedCurlTests {
    @Test("speaks HTTP and nothing else")
    func protocols() {
        #expect(LinkedCurl.protocols == ["http", "https"])
    }

    @Test("has what Pierdat needs, and nothing else that libcurl can have")
    func features() {
        let features: Set = [
            "AsynchDNS", "HTTP2", "HTTPS-proxy", "IPv6", "Largefile", "SSL", "threadsafe",
        ]
        #expect(LinkedCurl.features == features)
    }
}
