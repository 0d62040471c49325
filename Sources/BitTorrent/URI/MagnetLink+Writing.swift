/// Writes a magnet link. Parsing the text returns the same link without its warnings.
extension MagnetLink: CustomStringConvertible {
    /// Values are percent-encoded, so that shells, web pages and mail programs leave them
    /// unchanged.
    public var description: String {
        var parts: [String] = []
        if let v1 { parts.append("xt=urn:btih:\(v1)") }
        if let v2 { parts.append("xt=urn:btmh:1220\(v2)") }
        if let selection { parts.append("so=\(selection)") }
        func add(_ parameter: String, _ values: [String], keeping kept: String = "") {
            parts += values.map {
                "\(parameter)=\(PercentEncoding.encoded($0, keeping: kept))"
            }
        }
        add("dn", name.map { [$0] } ?? [])
        add("tr", trackers.map(\.text))
        add("ws", webSeeds.map(\.text))
        add("xs", exactSources.map(\.text))
        // Many clients do not percent-decode these.
        add("x.pe", (peerAddresses + peerNames).map(\.description), keeping: ":[]")
        add("dht", dhtNodes.map(\.description), keeping: ":[]")
        return "magnet:?" + parts.joined(separator: "&")
    }
}
