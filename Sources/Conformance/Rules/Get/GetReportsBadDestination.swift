import LinuxSystem
import SystemPackage

extension Rule {
    /// A get into a folder that cannot be created fails.
    static let getReportsBadDestination = Rule("get-reports-bad-dest", .get) {
        examination throws(Obstacle) in
        let file = examination.sandbox.kit.appending("file")
        do throws(Errno) {
            try AtomicFile.write([], to: file, isDurable: false)
        } catch {
            throw .failed("cannot write \(file)", error)
        }
        var request = Examination.Request()
        request.destination = file.appending("dest")
        request.settings = Examination.shortLimits
        let seen = try examination.get(request).observation
        guard !seen.isSuccess, !seen.hasCrashed else {
            return .broken(
                "with a DEST below a regular file, get \(seen.ending)",
                asked: "It must exit with 73, or another code than 0, if DEST cannot be created")
        }
        let advice = seen.end == .ended(.exited(73)) ? "" : "; 73 would tell the user more"
        return .passed("with a DEST below a regular file, get \(seen.ending)\(advice)")
    }
}
