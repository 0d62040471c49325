/// A rule of the contract (docs/backends.md) that the kit checks.
struct Rule: Sendable {
    /// The heading in docs/backends.md below which the rule is.
    enum Section: String, Sendable {
        case check, get, seed, serve, verify
        case seedLines = "seed-lines"
        case environment
        case executables = "the-executables"
    }

    /// A short name, for the report and the command line.
    let name: String
    let section: Section
    let verdict: @Sendable (Examination) throws(Obstacle) -> Finding.Verdict

    init(
        _ name: String, _ section: Section,
        _ verdict: @escaping @Sendable (Examination) throws(Obstacle) -> Finding.Verdict
    ) {
        self.name = name
        self.section = section
        self.verdict = verdict
    }

    /// All rules, in the order in which they are checked.
    static let all: [Rule] = [
        checkAccepts, checkIsQuick, checkUsesNoNetwork, checkIsSilent, checkSurvivesHostileURIs,
        getSucceeds, getDeliversExpected, getPrintsSeedLines, getListsFiles, getLeavesNoProcess,
        getWritesOnlyData, getIsConfined, getTakesAnyDestination, getVerifiesPresentData,
        getNoticesDamage, getIsReproducible, getResumesAfterKill, getEndsOnSIGTERM,
        getKeepsItsGroup,
        getReportsBadDestination, getWorksOffline, getHonoursSelection, getHonoursChecksum,
        getHonoursPolicy, getHidesSecrets, verifyVerifies, seedRuns, seedEnds,
        seedRunsOnReadOnlyRoot, seedRunsAsOtherUser, serveRuns,
    ]
}
