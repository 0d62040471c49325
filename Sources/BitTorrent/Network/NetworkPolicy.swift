import CLibtorrent

/// Where bytes may go.
public struct NetworkPolicy: Equatable, Sendable {
    /// Nowhere else. Empty: everywhere.
    public var allowed: [AddressBlock] = []
    /// Not there, allowed or not.
    public var denied: [AddressBlock] = []

    public init() {}

    /// Whether all of `block` may be sent to.
    public func permits(_ block: AddressBlock) -> Bool {
        (allowed.isEmpty || allowed.contains { $0.contains(block) })
            && !denied.contains { $0.contains(block) || block.contains($0) }
    }

    /// From now on this process sends nothing elsewhere, but for a name server on loopback.
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
    /// From now on this process keeps to the policy, and behind a proxy asks for no name's address but the
    /// proxy's.
    func restrictProcess() {
        network.restrictProcess()
        if let proxy { pierdat_network_look_up_only(proxy.host) }
    }
}
