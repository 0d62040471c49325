import HTTP
import Testing

@Suite("Linked libcurl")
struct LinkedCurlTests {
    @Test("libcurl supports only HTTP and HTTPS")
    func protocols() {
        #expect(LinkedCurl.protocols == ["http", "https"])
    }

    @Test("libcurl has the features that Pierdat needs, and no others")
    func features() {
        let features: Set = [
            "AsynchDNS", "HTTP2", "HTTPS-proxy", "IPv6", "Largefile", "SSL", "threadsafe",
        ]
        #expect(LinkedCurl.features == features)
    }
}
