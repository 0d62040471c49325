import LinuxSystem

/// The destination of the log. Writing to it never blocks.
protocol LogSink {
    /// A descriptor to poll until output can be written. nil if it always can.
    var pollable: OwnedDescriptor? { get }

    /// Writes as much as fits and returns the number of bytes. Bytes that can never be written
    /// count as written.
    func write(_ bytes: ArraySlice<UInt8>) -> Int

    /// Reopens a file by its name, after log rotation.
    func reopen()
}

extension NonblockingOutput: LogSink {
    func reopen() {}
}
