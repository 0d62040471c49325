extension Rule {
    /// A selection is honoured, or check declines.
    static let getHonoursSelection = Rule("honours-selection", .environment) {
        examination throws(Obstacle) in
        _ = try examination.reference
        let settings = ["PIERDAT_SELECT": "pierdat-test/no-such-file"]
        switch try SettingTrial.run(settings, in: examination) {
        case .declined: return .passed("check declines while PIERDAT_SELECT is set")
        case .failed(let how):
            return .passed("with a PIERDAT_SELECT that matches no file, get \(how)")
        case .ignored:
            return .broken(
                "with a PIERDAT_SELECT that matches no file, get delivered data",
                asked:
                    "A backend that does not support PIERDAT_SELECT should fail its check if it is set"
            )
        }
    }
}
