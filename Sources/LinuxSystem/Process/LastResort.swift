import CProcess

/// Ends a program that cannot end normally.
public enum LastResort {
    /// Turns a crash for lack of memory into an error message, prefixed with `program`, and exit
    /// code 71.
    public static func explainLackOfMemory(of program: StaticString) {
        program.withCString { process_explain_lack_of_memory($0) }
    }

    /// Ends the program with `line` on standard error and exit code `status`, unless it ends on its
    /// own within `seconds`. This needs no thread and works even if the program hangs.
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
