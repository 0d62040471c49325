import Testing

@testable import BitTorrent

@Suite("Hosts, addresses and ports")
struct HostAndPortTests {
    @Test(
        "An address is parsed, and written in its canonical form",
        arguments: [
            ("10.0.0.1", "10.0.0.1"), ("0:0::1", "::1"), ("2001:DB8::1", "2001:db8::1"),
            ("10.0.0.256", nil), ("10.1", nil), ("[::1]", nil), ("::1%lo", nil), ("seed", nil),
            ("::1\0", nil), ("", nil),
        ])
    func address(text: String, expected: String?) {
        #expect(IPAddress(text)?.description == expected)
    }

    @Test(
        "A peer has a host, perhaps a port, and IPv6 in brackets if it has a port",
        arguments: [
            ("seed", "seed", nil), ("seed:7000", "seed", 7000), ("10.0.0.1:1", "10.0.0.1", 1),
            ("[::1]", "::1", nil), ("[::1]:65535", "::1", 65535), ("::1", "::1", nil),
            ("seed:0", nil, nil), ("seed:65536", nil, nil), ("seed:", nil, nil),
            ("[::1", nil, nil), ("[::1]7", nil, nil), (":7", nil, nil), ("a@b", nil, nil),
            ("_bt._tcp.example", "_bt._tcp.example", nil), ("_bt._tcp.example:1", nil, nil),
        ])
    func peer(text: Substring, host: String?, port: UInt16?) throws {
        let peer = PeerName(text)
        #expect(peer?.host == host)
        #expect(peer?.port == port)
        if let peer { #expect(PeerName(peer.description[...]) == peer) }
    }

    @Test("A block contains the addresses with its prefix")
    func block() throws {
        let block = try #require(AddressBlock("10.0.0.0/9"))
        #expect(try block.contains(#require(AddressBlock("10.127.0.1"))))
        #expect(try !block.contains(#require(AddressBlock("10.128.0.1"))))
        for text in ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129"] {
            #expect(AddressBlock(text) == nil, "\(text)")
        }
    }
}
