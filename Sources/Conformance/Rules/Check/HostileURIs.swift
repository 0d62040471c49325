/// URIs that a careless script or program misunderstands.
enum HostileURIs {
    /// The file that a URI makes if a shell executes a part of it.
    static let proof = "pierdat-injected"

    /// URIs that a program may take for options.
    static let options = [
        "-x", "-", "--", "--help", "--version", "-h", "--output=\(proof)", "-O\(proof)",
    ]

    /// Beginnings like that of `uri`, followed by what a shell executes.
    static func injections(like uri: String) -> [String] {
        let scheme = uri.firstIndex(of: ":").map { String(uri[...$0]) } ?? ""
        let start = uri.hasPrefix("\(scheme)//") ? "\(scheme)//" : scheme
        let tails = [
            "$(touch \(proof))", "`touch \(proof)`", "; touch \(proof) #", "'; touch \(proof); '",
            "\"; touch \(proof); \"", " & touch \(proof) &", "| touch \(proof)",
            "\ntouch \(proof)\n", " \(proof)", "\t'\"\\", "*", "/../../\(proof)", "%00%s%n",
        ]
        return tails.flatMap { [start + $0, uri + $0] }
            + [start, start + String(repeating: "a", count: 50_000)]
    }
}
