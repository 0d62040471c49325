/// URIs of other networks, which every backend is asked for.
enum ForeignURIs {
    /// No backend supports it.
    static let unknown = "pierdat-test://host/file"

    private static let hash = String(repeating: "0123456789abcdef", count: 4)

    private static let all = [
        unknown, "ftp://host.example/file", "https://host.example/file",
        "rsync://host.example/module/file", "s3://bucket/key", "hf://owner/name",
        "oci://registry.example/name@sha256:\(hash)", "git://host.example/repository.git",
        "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
        "magnet:?xt=urn:btih:\(hash.prefix(40))", "sha256:\(hash)", "word", "/folder/file",
    ]

    /// Those whose scheme differs from that of `uri`.
    static func others(than uri: String) -> [String] {
        let own = scheme(of: uri)
        return all.filter { scheme(of: $0) == nil || scheme(of: $0) != own }
    }

    /// What precedes the first colon, in lower case. `https` counts as `http`. nil if there is no colon.
    static func scheme(of uri: String) -> String? {
        guard let colon = uri.firstIndex(of: ":") else { return nil }
        let scheme = uri[..<colon].lowercased()
        return scheme == "https" ? "http" : scheme
    }
}
