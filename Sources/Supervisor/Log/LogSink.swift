import LinuxSystem

/// Where the log goes. Writing to it never waits.
protocol LogSink {
    /// What can be polled until there is room; nil where there always is.
    var pollable: OwnedDescriptor? { get }

    /// Writes what there is room for; returns how many bytes that was. What can never be written
    /// counts as written.
    func write(_ bytes: ArraySlice<UInt8>) -> Int

    /// Opens what has a name anew by it, for those who rename files.
    func reopen()
}

extension NonblockingOutput: LogSink {
    func reopen() {}
}
