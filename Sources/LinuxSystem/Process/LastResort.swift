import CProcess

/// What ends a program that could not end by itself.
public enum LastResort {
    /// Makes a crash for want of memory an end with a line, which begins with `program`, and status 71.
    public static func explainLackOfMemory(of program: StaticString) {
        program.withCString { process_explain_lack_of_memory($0) }
    }

    /// Ends the program with `line` on standard error and `status`, unless it has ended by itself within so
    /// many seconds. No thread is needed for it, and whatever the program waits for is left.
    public static func end(after seconds: UInt32, saying line: StaticString, status: Int32) {
        line.withCString { process_end_after(seconds, $0, status) }
    }
}

extension StaticString {
    /// The text itself, which lives as long as the program.
    fileprivate func withCString(_ body: (UnsafePointer<CChar>) -> Void) {
        utf8Start.withMemoryRebound(to: CChar.self, capacity: utf8CodeUnitCount + 1, body)
    }
}
