import Glibc
import PeerFixtures
import Testing

/// The number that everything random in a run of the tests follows from: another one in each run, or that of
/// PIERDAT_TEST_SEED, which repeats a run. A test that uses it has the trait `.tellingSeed`.
public enum TestSeed {
    public static let value: UInt64 =
        getenv("PIERDAT_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        ?? .random(in: 0...9_999)

    /// A generator that is the same wherever it is asked for in this run.
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
