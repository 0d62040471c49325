/// Why a test cannot be set up, as a message for the person who runs it.
public struct FixtureError: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
