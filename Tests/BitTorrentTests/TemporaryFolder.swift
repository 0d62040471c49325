import Foundation
import SystemPackage

/// A folder that is deleted with the test.
final class TemporaryFolder {
    let url: URL

    var path: FilePath { FilePath(url.path) }

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "pierdat-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func make(_ name: String) throws -> URL {
        let made = url.appending(path: name)
        try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        return made
    }
}
