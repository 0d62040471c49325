extension Sequence where Element: Sendable {
    /// Calls `body` for each element in order, with up to `width` calls at a time, for work that
    /// mostly waits. If one throws, cancels the others and throws its error.
    public func forEach(
        atOnce width: Int, _ body: @escaping @Sendable (Element) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, element) in enumerated() {
                if number >= width { try await group.next() }
                group.addTask { try await body(element) }
            }
            try await group.waitForAll()
        }
    }
}
