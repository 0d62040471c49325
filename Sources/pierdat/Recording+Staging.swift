import BackendContract
import Backends
import ImageLayer
import LinuxSystem
import Origins
import SystemPackage

/// Downloads whose data appears in DEST only when it is complete.
extension Recording {
    /// A short name for what is downloaded.
    func key(of uris: [String]) -> String {
        PartialFile.stem(
            of: (uris + [settings[.select] ?? environment[.select] ?? ""])
                .joined(separator: "\n"))
    }

    /// Downloads the data by way of `stage`, unless `destination` has it already.
    func fill(
        _ stage: StagedData, _ destination: FilePath, _ manifest: Manifest?, _ writer: SoleWriter
    ) throws -> Acquisition.Outcome {
        if let lines = stage.completeLines {
            try publish(stage)
            return Acquisition.Outcome(lines: lines, succeeded: [])
        }
        if stage.isAnythingThere, let present = try verified(destination, manifest, writer) {
            return present
        }
        do throws(StagedData.Failure) {
            try stage.make()
        } catch {
            throw Failure(error)
        }
        defer { stage.removeIfEmpty() }
        let watch = try dataLayer.watch(stage.folder, manifest: manifest)
        let outcome = try writer.acquire(.get, at: stage.folder, manifest)
        try writer.requireLease()
        // All that is here is data, also of backends that list nothing. The rest of DEST is not ours.
        try? Manifest.tell(stage.contents, environment: manifest?.settings ?? [:])
        StandardError.warn(
            of: try dataLayer.finish(watch, isOfOneBackend: outcome.succeeded.count == 1))
        let lines = try stage.relocated(outcome.lines)
        do throws(StagedData.Failure) {
            try stage.complete(with: lines)
        } catch {
            throw Failure(error)
        }
        try publish(stage)
        return Acquisition.Outcome(lines: lines, succeeded: outcome.succeeded)
    }

    private func publish(_ stage: StagedData) throws {
        do throws(StagedData.Failure) {
            try stage.publish()
        } catch {
            throw Failure(error)
        }
    }

    /// nil if not all of the data is at `destination`, or no backend can tell.
    private func verified(
        _ destination: FilePath, _ manifest: Manifest?, _ writer: SoleWriter
    ) throws -> Acquisition.Outcome? {
        StandardError.say("PIERDAT_ATOMIC: looking whether \(destination) has the data already")
        do throws(Acquisition.Failure) {
            return try writer.acquire(.verify, at: destination, manifest)
        } catch .interrupted {
            throw Acquisition.Failure.interrupted
        } catch {
            StandardError.say("it has not, so the data is downloaded beside what is there")
            return nil
        }
    }
}

extension Failure {
    fileprivate init(_ failure: StagedData.Failure) {
        switch failure {
        case .inTheWay(let path):
            self.init(
                .cannotWrite,
                """
                the data is complete, but \(path) is in its way: move it elsewhere, and run the same command again
                """)
        case .cannotWrite(let path, let error):
            self.init(error == .noSpace ? .noSpace : .cannotWrite, "cannot write \(path): \(error)")
        }
    }
}
