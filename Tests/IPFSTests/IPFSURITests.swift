import BitTorrent
import Testing

@testable import IPFS

@Suite("URIs of IPFS")
struct IPFSURITests {
    private static let cid = "bafkreidon73zkcrwdb5iafqtijxildoonbwnpv7dyd6ef3qdgads2jc4su"

    @Test(
        "A URI gives the CID, the path, the gateway and the name in DEST",
        arguments: [
            ("ipfs://\(cid)", [], nil, cid), ("/ipfs/\(cid)/", [], nil, cid),
            ("IPFS://\(cid)/a/b%20c", ["a", "b c"], nil, "b c"),
            ("ipfs://\(cid)?filename=x%20y", [], nil, "x y"),
            ("ipfs://\(cid)/a?filename=x#name=y", ["a"], nil, "y"),
            (
                "https://gate.example:8443/ipfs/\(cid)/a?download=true&token=t", ["a"],
                "https://gate.example:8443/ipfs/\(cid)?format=raw&token=t", "a"
            ),
            (
                "http://\(cid).ipfs.localhost:8080/a/b", ["a", "b"],
                "http://localhost:8080/ipfs/\(cid)?format=raw", "b"
            ),
        ] as [(String, [String], String?, String)])
    func parts(text: String, path: [String], block: String?, name: String) throws {
        let uri = try #require(try IPFSURI(text))
        #expect(uri.cid.description == Self.cid)
        #expect(uri.path.map(\.text) == path)
        #expect(try uri.gateway?.url(of: uri.cid).text == block)
        #expect(uri.name.text == name)
    }

    @Test(
        "What is not about IPFS is left to other backends",
        arguments: [
            "https://host/file", "https://host/ipfs/file", "https://host/ipfs/",
            "https://a.ipfs.host/", "magnet:?xt=urn:btih:00", "/srv/ipfs/\(cid)", "",
            "https://host/ipns/name",
        ])
    func others(text: String) throws {
        #expect(try IPFSURI(text) == nil)
    }

    @Test("IPNS is refused, and the message says how to resolve the name")
    func ipns() throws {
        for text in ["ipns://docs.example", "/ipns/docs.example/a"] {
            let error = #expect(throws: IPFSURIError.self) { try IPFSURI(text) }
            #expect(error?.description.contains("Resolve the name") == true)
        }
    }

    @Test(
        "A malformed URI of IPFS is refused",
        arguments: [
            "ipfs://", "ipfs://x", "ipfs://\(cid)/..", "ipfs://\(cid)/a%2Fb", "ipfs://\(cid)/%00",
            "ipfs://\(cid)?filename=..", "ipfs://\(cid)#name=a%2Fb", "ipfs://\(cid)#sha256=0",
        ])
    func malformed(text: String) {
        #expect(throws: IPFSURIError.self) { try IPFSURI(text) }
    }

    @Test("A gateway's URL may have a path, a user and a query, which no message shows")
    func gateway() throws {
        let gateway = Gateway(try RemoteURL("https://u:p@host/base/?token=secret"))
        let cid = try CID(Self.cid)
        #expect(
            try gateway.url(of: cid).text
                == "https://u:p@host/base/ipfs/\(Self.cid)?format=raw&token=secret")
        #expect("\(gateway)" == "https://***@host/base")
    }
}
