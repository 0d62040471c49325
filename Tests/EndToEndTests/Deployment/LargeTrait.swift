import Foundation
import Testing

extension Trait where Self == ConditionTrait {
    /// Runs only by `make test-large`: takes a whole machine, or emulates one, so other tests beside it would be late.
    static var large: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["PIERDAT_LARGE_TESTS"] == "on",
            "NOT RUN: make test-large runs it")
    }
}
