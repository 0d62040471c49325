import SystemPackage

extension Rule {
    /// The data is the expected one.
    static let getDeliversExpected = Rule("get-delivers-expected", .get) {
        examination throws(Obstacle) in
        guard let expected = examination.expected else {
            return .notApplicable("no digest of the data was given")
        }
        let files = try examination.reference.data.files
        guard let name = files.first, files.count == 1 else {
            return .broken(
                "DEST has \(files.count) files: \(files.map(\.string).listed)",
                asked: "The digest is that of a single file, which must be all that is in DEST")
        }
        let delivery = try examination.present()
        _ = delivery
        let path = examination.sandbox.destination.pushing(name)
        let found = TreeContents.digest(of: path, expected.algorithm)
        guard found == expected else {
            return .broken(
                "the digest of '\(name.shown.excerpt(80))' is \(found.map { "\($0)" } ?? "unknown")",
                asked: "The expected digest is \(expected)")
        }
        return .passed("the file has the expected digest")
    }
}
