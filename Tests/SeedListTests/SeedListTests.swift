import Testing

@testable import SeedList
