extension Rule {
    /// Without a network, a get fails within its time limits.
    static let getWorksOffline = Rule("get-fails-offline", .get) { examination throws(Obstacle) in
        _ = try examination.reference
        let delivery = try examination.offlineDelivery
        let seen = delivery.observation
        guard seen.end != .timedOut else {
            return .broken(
                "without a network, get still ran after \(seen.duration.inSeconds), with PIERDAT_TIMEOUT=10 and PIERDAT_STALL_TIMEOUT=3",
                asked: "It must fail if no data arrives for PIERDAT_STALL_TIMEOUT seconds")
        }
        guard !seen.hasCrashed else {
            return .broken(
                "without a network, get \(seen.ending)",
                asked: "On failure, it must exit with a code other than 0")
        }
        guard seen.isSuccess else {
            return .passed(
                "without a network, get \(seen.ending) after \(seen.duration.inSeconds)")
        }
        guard try examination.difference(of: delivery.data) == nil else {
            return .broken(
                "without a network, get exited with 0, but DEST does not have the data",
                asked: "On failure, it must exit with a code other than 0")
        }
        return .passed("get needs no network for this URI")
    }
}
