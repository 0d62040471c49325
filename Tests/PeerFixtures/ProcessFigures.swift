import Foundation

/// The resource use of a process, from proc(5).
public struct ProcessFigures: Sendable {
    /// The peak resident memory in bytes.
    public let peakMemory: Int
    /// The number of open descriptors.
    public let descriptors: Int

    /// nil if the process is not running.
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

    /// The maximum of both until the process ends.
    public static func most(of process: Int32) async throws -> (memory: Int, descriptors: Int) {
        var most = (memory: 0, descriptors: 0)
        while let now = ProcessFigures(of: process) {
            most = (max(most.memory, now.peakMemory), max(most.descriptors, now.descriptors))
            try await Task.sleep(for: .milliseconds(50))
        }
        return most
    }
}
