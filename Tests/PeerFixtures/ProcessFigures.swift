import Foundation

/// What a process costs, as proc(5) tells it.
public struct ProcessFigures: Sendable {
    /// The most memory that it has had resident so far, in bytes.
    public let peakMemory: Int
    /// How many descriptors it has open.
    public let descriptors: Int

    /// nil where it runs no more.
    public init?(of process: Int32) {
        let folder = "/proc/\(process)"
        guard let status = try? String(contentsOfFile: folder + "/status", encoding: .utf8),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder + "/fd"),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = Int(line.filter(\.isNumber))
        else { return nil }
        peakMemory = kilobytes * 1024
        descriptors = names.count
    }

    /// The most of each until the process ends.
    public static func most(of process: Int32) async throws -> (memory: Int, descriptors: Int) {
        var most = (memory: 0, descriptors: 0)
        while let now = ProcessFigures(of: process) {
            most = (max(most.memory, now.peakMemory), max(most.descriptors, now.descriptors))
            try await Task.sleep(for: .milliseconds(50))
        }
        return most
    }
}
