import Glibc
import LinuxSystem
import Metrics

/// The resources of `pierdatd` itself, under the names that all programs use.
struct ProcessFigures {
    /// When this object was made, in seconds since 1970.
    private let start = UnixTime.now

    /// The metric families. Without `/proc`, some of them are missing.
    var families: [MetricFamily] {
        var families = [
            Self.gauge("start_time_seconds", "When pierdatd was started, since 1970.", start),
            Self.gauge(
                "max_fds", "The maximum number of open descriptors.",
                Double(CurrentProcess.descriptorLimit.soft)),
            MetricFamily(
                "process_cpu_seconds_total", .counter,
                "The CPU time of pierdatd, without its children.",
                [MetricSample("process_cpu_seconds_total", [], Self.cpuSeconds)]),
        ]
        if let (size, resident) = Self.memory {
            families.append(
                Self.gauge("virtual_memory_bytes", "The virtual memory of pierdatd.", size))
            families.append(
                Self.gauge("resident_memory_bytes", "The resident memory of pierdatd.", resident))
        }
        return families
    }

    private static func gauge(_ name: String, _ help: String, _ value: Double) -> MetricFamily {
        let name = "process_" + name
        return MetricFamily(name, .gauge, help, [MetricSample(name, [], value)])
    }

    private static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }

    /// The virtual and the resident size, in bytes.
    private static var memory: (Double, Double)? {
        guard let text = SmallFile.contents(of: "/proc/self/statm", atMost: 256) else { return nil }
        let pages = String(decoding: text, as: UTF8.self).split(separator: " ").compactMap {
            Double($0)
        }
        guard pages.count > 1 else { return nil }
        let page = Double(sysconf(Int32(_SC_PAGESIZE)))
        return (pages[0] * page, pages[1] * page)
    }
}
