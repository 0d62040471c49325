/// Where a seeder listens.
struct ListeningState {
    /// The ports that it listens on.
    private(set) var ports: Set<UInt16> = []
    /// Why it listens on none; nil if it does, or is about to.
    private(set) var fault: String?

    /// It listens on `port`. Returns whether that is new.
    mutating func listens(on port: UInt16) -> Bool {
        fault = nil
        return ports.insert(port).inserted
    }

    /// It cannot listen on one of the addresses, for a reason in words.
    mutating func fails(_ reason: String) {
        if ports.isEmpty { fault = "it is not listening: \(reason)" }
    }

    /// libtorrent says nothing of sockets if no interface has an address.
    mutating func requireAddress() {
        if ports.isEmpty, fault == nil {
            fault = "it is not listening: no network interface has an address"
        }
    }
}
