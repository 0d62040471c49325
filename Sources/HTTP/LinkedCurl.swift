import CCurl

/// The libcurl that this program is linked with.
public enum LinkedCurl {
    /// As `8.14.1`.
    public static var version: String { String(cString: pierdat_curl_linked().version) }

    /// What URLs can begin with.
    public static var protocols: Set<String> { strings(pierdat_curl_linked().protocols) }

    /// As curl_version_info(3) names them.
    public static var features: Set<String> { strings(pierdat_curl_linked().features) }

    /// Up to a NULL.
    private static func strings(
        _ list: UnsafePointer<UnsafePointer<CChar>?>?
    ) -> Set<String> {
        guard let list else { return [] }
        return Set(
            sequence(first: list, next: { $0 + 1 }).lazy.prefix { $0.pointee != nil }
                .compactMap { $0.pointee.map { String(cString: $0) } })
    }
}
