import CLibtorrent

/// The addresses with which we may communicate.
public struct NetworkPolicy: Equatable, Sendable {
    /// The only blocks that may be contacted. Empty means all addresses.
    public var allowed: [AddressBlock] = []
    /// Blocks that must not be contacted, even if they are allowed.
    public var denied: [AddressBlock] = []

    /// Permits every address.
    public init() {}

    /// True if all of `block` is permitted.
    public func permits(_ block: AddressBlock) -> Bool {
        (allowed.isEmpty || allowed.contains { $0.contains(block) })
            && !denied.contains { $0.contains(block) || block.contains($0) }
    }

    /// Restricts this process to the policy from now on. Name servers on loopback remain reachable.
    fileprivate func restrictProcess() {
        withValue { network in
            var network = network
            pierdat_network_restrict(&network)
        }
    }

    func withValue<Result>(_ body: (pierdat_network) -> Result) -> Result {
        allowed.map(\.value).withUnsafeBufferPointer { allowed in
            denied.map(\.value).withUnsafeBufferPointer { denied in
                body(
                    pierdat_network(
                        allowed: allowed.baseAddress, allowed_count: allowed.count,
                        denied: denied.baseAddress, denied_count: denied.count))
            }
        }
    }
}

extension EngineConfiguration {
    /// Applies the policy to this process from now on. Behind a proxy, only the proxy's name is
    /// resolved.
    func restrictProcess() {
        network.restrictProcess()
        if let proxy { pierdat_network_look_up_only(proxy.host) }
    }
}
