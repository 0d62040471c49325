/// Where a seeder listens.
struct ListeningState {
    /// The ports that it listens on.
    private(set) var ports: Set<UInt16> = []
    /// Why it listens on none. nil if it listens or is about to.
    private(set) var fault: String?

    /// Records that it listens on `port`. Returns true if that is new.
    mutating func listens(on port: UInt16) -> Bool {
        fault = nil
        return ports.insert(port).inserted
    }

    /// Records that it cannot listen on one of the addresses.
    mutating func fails(_ reason: String) {
        if ports.isEmpty { fault = "it is not listening: \(reason)" }
    }

    /// libtorrent reports nothing about sockets if no interface has an address.
    mutating func requireAddress() {
        if ports.isEmpty, fault == nil {
            fault = "it is not listening: no network interface has an address"
        }
    }
}
