import Foundation
import Glibc

/// The properties of this machine that figures depend on most.
enum Machine {
    /// One line for above a table: processor, instructions for hashing, kernel, and whether the
    /// host takes back free memory.
    static var summary: String {
        let cpu = field("model name") ?? "unknown processor"
        return "\(sysconf(Int32(_SC_NPROCESSORS_ONLN))) x \(cpu) (\(instructions)), "
            + "Linux \(kernel), free page reporting \(freePageReporting)"
    }

    private static let cpuInfo = SmallFile.text("/proc/cpuinfo")

    private static func field(_ name: String) -> String? {
        cpuInfo.split(separator: "\n").first { $0.hasPrefix(name) }?
            .split(separator: ":").dropFirst().first?.trimmingCharacters(in: .whitespaces)
    }

    private static var instructions: String {
        let flags = Set((field("flags") ?? "").split(separator: " "))
        return ["sha_ni", "avx2", "avx512f"].map { flags.contains(Substring($0)) ? $0 : "no \($0)" }
            .joined(separator: ", ")
    }

    private static var kernel: String {
        SmallFile.text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// VIRTIO_BALLOON_F_REPORTING (virtio 1.2, 5.5.3): the host takes back free pages, and each
    /// must be provided again when it is written to.
    private static var freePageReporting: String {
        let drivers = "/sys/bus/virtio/drivers/virtio_balloon"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: drivers)) ?? []
        let isOn = names.contains {
            SmallFile.text("\(drivers)/\($0)/features").dropFirst(5).first == "1"
        }
        return isOn ? "on" : "off"
    }
}
