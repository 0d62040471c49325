extension Rule {
    /// A digest is verified, or check declines.
    static let getHonoursChecksum = Rule("honours-checksum", .environment) {
        examination throws(Obstacle) in
        _ = try examination.reference
        let wrong = "sha256:" + String(repeating: "0", count: 64)
        switch try SettingTrial.run(["PIERDAT_CHECKSUM": wrong], in: examination) {
        case .declined: return .passed("check declines while PIERDAT_CHECKSUM is set")
        case .failed(let how): return .passed("with a wrong PIERDAT_CHECKSUM, get \(how)")
        case .ignored:
            return .broken(
                "with a wrong PIERDAT_CHECKSUM, get exited with 0",
                asked:
                    "A backend that does not verify PIERDAT_CHECKSUM should fail its check if it is set"
            )
        }
    }
}
