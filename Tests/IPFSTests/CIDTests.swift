import Testing

@testable import IPFS

@Suite("CIDs")
struct CIDTests {
    @Test(
        "A CID reads the same in every base, and is written in base58 or base32",
        arguments: [
            // The empty folder of UnixFS, as in the UnixFS specification.
            (
                "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn",
                "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn"
            ),
            // Examples of the CID specification.
            (
                "zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA",
                "bafkreidon73zkcrwdb5iafqtijxildoonbwnpv7dyd6ef3qdgads2jc4su"
            ),
            (
                "BAFKREIDON73ZKCRWDB5IAFQTIJXILDOONBWNPV7DYD6EF3QDGADS2JC4SU",
                "bafkreidon73zkcrwdb5iafqtijxildoonbwnpv7dyd6ef3qdgads2jc4su"
            ),
            (
                "f015512206e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c95",
                "bafkreidon73zkcrwdb5iafqtijxildoonbwnpv7dyd6ef3qdgads2jc4su"
            ),
            // The empty file as an identity.
            ("bafkqaaa", "bafkqaaa"),
        ])
    func bases(text: String, written: String) throws {
        let cid = try CID(text)
        #expect(cid.description == written)
        #expect(try CID(bytes: cid.bytes[...]) == cid)
    }

    @Test("A CID in base36 is that in base32")
    func base36() throws {
        let cid = try CID("bafkreidon73zkcrwdb5iafqtijxildoonbwnpv7dyd6ef3qdgads2jc4su")
        #expect(try CID(Multibase.base36.encoded(cid.bytes)) == cid)
        #expect(try CID(Multibase.base36Upper.encoded(cid.bytes)) == cid)
    }

    @Test(
        "What is not a CID, or not one of a file or folder with a known hash, is refused with the reason",
        arguments: [
            ("", CIDError.malformed), ("Qm", .malformed), ("bafy", .malformed),
            ("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3N0", .malformed),
            // Version 0 in base32.
            ("bcisfs5mvmcxrfcbcg74aquaqacspyaxzcvnhblllo4n6aoskiqnbcci", .malformed),
            // Version 2, and a truncated SHA-256.
            (
                "f025512206e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c95",
                .malformed
            ),
            ("f0155121f6e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c", .malformed),
            // A number that is longer than necessary.
            (
                "f81005512206e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c95",
                .malformed
            ),
            // dag-cbor, and a BLAKE3.
            (
                "f0171122 06e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c95",
                .malformed
            ),
            (
                "f017112206e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c95",
                .unsupportedCodec(0x71)
            ),
            (
                "f01551e206e6ff7950a36187a801613426e858dce686cd7d7e3c0fc42ee0330072d245c95",
                .unsupportedHash(0x1e)
            ),
        ])
    func refused(text: String, error: CIDError) {
        #expect(throws: error) { try CID(text) }
    }

    @Test("Only the right bytes match a CID")
    func matching() throws {
        let cid = try CID("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")
        let data = Array("hello world".utf8)
        data.withUnsafeBytes { #expect(cid.multihash.matches($0)) }
        Array("hello World".utf8).withUnsafeBytes { #expect(!cid.multihash.matches($0)) }
        #expect(try CID("bafkqablimvwgy3y").inlineBlock == Array("hello".utf8))
    }
}
