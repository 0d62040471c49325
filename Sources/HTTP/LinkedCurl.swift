import CCurl

/// The libcurl that this program is linked with.
public enum LinkedCurl {
    /// Such as `8.14.1`.
    public static var version: String { String(cString: pierdat_curl_linked().version) }

    /// The supported URL schemes.
    public static var protocols: Set<String> { strings(pierdat_curl_linked().protocols) }

    /// The features by their names in curl_version_info(3).
    public static var features: Set<String> { strings(pierdat_curl_linked().features) }

    /// Converts a list that ends with NULL.
    private static func strings(
        _ list: UnsafePointer<UnsafePointer<CChar>?>?
    ) -> Set<String> {
        guard let list else { return [] }
        return Set(
            sequence(first: list, next: { $0 + 1 }).lazy.prefix { $0.pointee != nil }
                .compactMap { $0.pointee.map { String(cString: $0) } })
    }
}
