extension Sequence where Element: Sendable {
    /// Calls `body` with each, with so many at once, in order: for what mostly waits. Throws what one of them
    /// throws, once those under way are cancelled.
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
