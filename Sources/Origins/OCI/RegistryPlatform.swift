import BitTorrent

/// An operating system and a processor, as an index names them.
public struct RegistryPlatform: Equatable, Sendable, CustomStringConvertible {
    /// Such as `linux`.
    public let system: String
    /// Such as `amd64`.
    public let architecture: String
    /// Such as `v7`. nil for any.
    public let variant: String?

    /// Linux on the processor of this program.
    public static var own: RegistryPlatform {
        #if arch(arm64)
            RegistryPlatform(system: "linux", architecture: "arm64", variant: nil)
        #else
            RegistryPlatform(system: "linux", architecture: "amd64", variant: nil)
        #endif
    }

    private init(system: String, architecture: String, variant: String?) {
        self.system = system
        self.architecture = architecture
        self.variant = variant
    }

    /// Parses `linux/arm64` or `linux/arm/v7`. nil for any other text.
    init?(_ text: some StringProtocol) {
        let parts = String(text).split(separator: "/", omittingEmptySubsequences: false)
            .map(String.init)
        let isWord = { (word: String) in
            !word.isEmpty
                && word.allSatisfy {
                    $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
                }
        }
        guard (2...3).contains(parts.count), parts.allSatisfy(isWord) else { return nil }
        self.init(
            system: parts[0], architecture: parts[1], variant: parts.count == 3 ? parts[2] : nil)
    }

    /// True if an image for `other` runs here.
    func accepts(_ other: RegistryDescriptor.Platform) -> Bool {
        system == other.os && architecture == other.architecture
            && (variant == nil || variant == other.variant)
    }

    /// `linux/arm64`.
    public var description: String {
        ([system, architecture] + (variant.map { [$0] } ?? [])).joined(separator: "/")
    }
}

/// The parts of a fragment, separated by `&`: `platform`, `xt` and `name`.
struct RegistryFragment {
    private(set) var platform: RegistryPlatform?
    let torrent: MagnetLink?
    let name: FileName?

    init(_ fragment: Substring) throws(RegistryURIError) {
        var others: [Substring] = []
        for part in fragment.split(separator: "&") {
            guard part.lowercased().hasPrefix("platform=") else {
                others.append(part)
                continue
            }
            let text = part.dropFirst("platform=".count)
            guard let parsed = RegistryPlatform(text) else { throw .platform(String(text)) }
            platform = parsed
        }
        do throws(WebURIError) {
            (torrent, name) = try FragmentParts.ofDataSet(Substring(others.joined(separator: "&")))
        } catch {
            throw .fragment(error)
        }
    }
}
