import LinuxSystem
import SeedList
import SystemPackage

/// The seed lists whose lines are served together: one, or the image's and that of a state folder.
final class SeedLists {
    /// The lists, in the order of their lines. Not empty.
    let paths: [FilePath]
    /// The lines of several lists in one file. nil if there is one list.
    private let joined: MemoryFile?

    /// A line that could not be parsed.
    struct Fault: CustomStringConvertible {
        let path: FilePath
        let cause: SeedList.Fault

        var description: String { "\(path), \(cause)" }
    }

    /// Reads nothing yet. Throws if the system denies a file in memory.
    init(_ paths: [FilePath]) throws(Errno) {
        self.paths = paths
        joined = paths.count > 1 ? try MemoryFile() : nil
    }

    /// The path that `pierdat-serve-NAME` gets. It stays the same.
    var served: FilePath { joined?.path ?? paths[0] }

    /// The list to which `pierdat` appends.
    var written: FilePath { paths[paths.count - 1] }

    /// Their paths, for messages.
    var names: String { paths.map(\.string).joined(separator: " and ") }

    /// A problem with a line, for messages. Names the list if there are several.
    func complaint(_ fault: Fault) -> String {
        paths.count > 1 ? "the seed list \(fault)" : "the seed list, \(fault.cause)"
    }

    /// Reads all lists. `faults` are the lines that could not be parsed.
    func read() throws(SeedListError) -> (list: SeedList, faults: [Fault]) {
        var lists: [SeedList] = []
        var faults: [Fault] = []
        for path in paths {
            let list = try SeedListFile(path).read()
            lists.append(list)
            faults += list.faults.map { Fault(path: path, cause: $0) }
        }
        return (SeedList(joining: lists), faults)
    }

    /// Makes `list` what ``served`` contains. Does nothing if there is one list, which is served itself.
    func serve(_ list: SeedList) throws(Errno) {
        try joined?.replace(by: Array(list.lines.map { $0.text + "\n" }.joined().utf8))
    }
}
