import BitTorrent

extension RangeTransfer {
    /// The digest of the whole file is wrong. Discards the data of the mirror that is to blame, and drops it. If
    /// the data came from several, asks one of them alone, and so on, until the data is right. Returns messages.
    mutating func accuse(_ reason: String) -> [String] {
        let sources = plan?.sources ?? []
        for index in sources { discard(from: index) }
        if hasResumed {
            hasResumed = false
            return ["the data that an earlier run stored does not match: starting again"]
        }
        if sources.isEmpty { return accuseOfEmptiness(reason) }
        guard sources.count == 1, let culprit = sources.first else {
            suspect(sources)
            return [
                "the data does not match, and came from several servers: asking them one by one"
            ]
        }
        hasCulprit = true
        return drop(culprit, reason).compactMap {
            if case .message(let text) = $0 { text } else { nil }
        }
    }

    /// Nobody sends the bytes of an empty file. Those who say that it is empty are to blame, or all if the file is
    /// expected to be empty.
    private mutating func accuseOfEmptiness(_ reason: String) -> [String] {
        let asked = mirrors.indices.filter { !mirrors[$0].isDropped }
        let named = asked.filter { mirrors[$0].version != nil }
        hasCulprit = true
        var messages: [String] = []
        for index in expectedSize == 0 || named.isEmpty ? asked : named {
            discard(from: index)
            mirrors[index].version = nil
            messages += drop(index, reason).compactMap {
                if case .message(let text) = $0 { text } else { nil }
            }
        }
        forgetSizeIfAllIsVoid()
        return messages
    }

    /// The digest is right. Names the mirrors whose data was not, if that became known.
    func acquit() -> [String] {
        guard let suspects, let good = plan?.sources.first else { return [] }
        return suspects.filter { $0 != good }
            .map { "\(mirrors[$0].url.redacted): its data does not match that of the others" }
    }

    /// From now on asks these mirrors and the earlier suspects one by one, except those that are dropped.
    mutating func suspect(_ sources: [Int]) {
        let known = suspects ?? []
        suspects = (known + sources.filter { !known.contains($0) })
            .filter { !mirrors[$0].isDropped }
        askFirstSuspect()
    }

    /// Of the suspects, only the first is used.
    mutating func askFirstSuspect() {
        guard let suspects else { return }
        for index in suspects { mirrors[index].isSetAside = index != suspects.first }
    }
}
