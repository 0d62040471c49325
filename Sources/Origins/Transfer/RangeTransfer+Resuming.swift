import LinuxSystem

extension RangeTransfer {
    /// Goes on with what an earlier run stored, as far as it can be trusted.
    mutating func resume(_ journal: Journal) {
        guard journal.size <= file.size, plan == nil || plan?.size == journal.size else { return }
        var plan = SegmentPlan(size: journal.size)
        for source in journal.sources where source.version.strongValidator != nil {
            guard let index = mirrors.firstIndex(where: { $0.key == source.key }) else { continue }
            mirrors[index].version = source.version
            for range in source.rangeList { plan.store(range, from: index) }
        }
        guard plan.done > 0 else { return }
        self.plan = plan
        hasResumed = true
        _ = verifyPieces(in: 0..<plan.size, blaming: false)
    }

    /// What is stored now. nil if nothing could be used by a later run.
    var journal: Journal? {
        guard var plan else { return nil }
        for fetch in running.values where fetch.order.epoch == mirrors[fetch.order.mirror].epoch {
            plan.store(
                fetch.order.range.lowerBound..<fetch.state.position, from: fetch.order.mirror)
        }
        let sources = plan.stored.compactMap { index, ranges in
            mirrors[index].version.map {
                Journal.Source(key: mirrors[index].key, version: $0, ranges: ranges)
            }
        }
        return sources.isEmpty
            ? nil : Journal(size: plan.size, sources: sources.sorted { $0.key < $1.key })
    }
}

extension Mirror {
    /// Identifies the URL in a ``Journal``.
    var key: String { PartialFile.stem(of: url.text) }
}
