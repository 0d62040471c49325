import SystemPackage

/// Gets one block on a thread of its own: from the disk if it is there, else from a gateway.
struct BlockWork {
    let task: BlockTask
    let fetch: () throws(GatewayFailure) -> [UInt8]

    func perform() -> BlockOutcome {
        do throws(Failure) {
            if let size = try present() { return .present(size) }
            if case .part(let part) = task.purpose, !part.target.isWritable, task.cid.codec == .raw
            {
                return .differs
            }
            let block = try block()
            if task.isArchive { return .archived }
            let node = try parsed(block)
            if case .part(let part) = task.purpose, case .file(let file) = node {
                guard try store(file, at: part) else { return .differs }
            }
            return .node(node, received: Int64(block.count))
        } catch {
            return error.outcome
        }
    }

    private struct Failure: Error {
        let outcome: BlockOutcome
    }

    private func present() throws(Failure) -> Int64? {
        let (file, offset, size): (TargetFile, Int64, Int64)
        switch task.purpose {
        case .entry(_, let existing?): (file, offset, size) = (existing, 0, existing.size)
        case .part(let part): (file, offset, size) = (part.target, part.offset, part.size)
        case .path, .entry, .shard, .archive: return nil
        }
        guard size <= BlockRequest.longest else { return nil }
        return try storing(file) { () throws(Errno) in
            try file.holds(task.cid, at: offset, size: Int(size)) ? size : nil
        }
    }

    private func block() throws(Failure) -> [UInt8] {
        if let inline = task.cid.inlineBlock { return inline }
        do throws(GatewayFailure) {
            return try fetch()
        } catch {
            throw Failure(outcome: .failed(error))
        }
    }

    private func parsed(_ block: [UInt8]) throws(Failure) -> UnixFSNode {
        do throws(BlockError) {
            let node = try UnixFSNode(block, task.cid)
            guard case .part(let part) = task.purpose else { return node }
            guard case .file(let file) = node, file.size == part.size else {
                throw .malformed("a part of a file is not what the file says")
            }
            return node
        } catch {
            throw Failure(outcome: .unusable(error))
        }
    }

    /// False if the file is only read and has other bytes.
    private func store(_ node: FileNode, at part: FilePart) throws(Failure) -> Bool {
        try storing(part.target) { () throws(Errno) in
            guard part.target.isWritable else {
                return try part.target.holds(node.data, at: part.offset)
            }
            try part.target.write(node.data, at: part.offset)
            return true
        }
    }

    private func storing<Value>(
        _ file: TargetFile, _ body: () throws(Errno) -> Value
    ) throws(Failure) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw Failure(outcome: .storage(file.path, error))
        }
    }
}
