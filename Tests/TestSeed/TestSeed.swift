import Glibc
import PeerFixtures
import Testing

/// The seed of everything random in a test run. It differs between runs unless PIERDAT_TEST_SEED sets it,
/// which repeats a run. A test that uses it has the trait `.tellingSeed`.
public enum TestSeed {
    public static let value: UInt64 =
        getenv("PIERDAT_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        ?? .random(in: 0...9_999)

    /// A generator that starts with the seed.
    public static var generator: SplitMix { SplitMix(seed: value) }
}

extension Trait where Self == IssueHandlingTrait {
    /// Prints the seed with every failure of the test.
    public static var tellingSeed: Self {
        .compactMapIssues { issue in
            var issue = issue
            issue.comments.append("PIERDAT_TEST_SEED=\(TestSeed.value)")
            return issue
        }
    }
}
