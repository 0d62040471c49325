import Glibc

/// The width of a terminal: ioctl_tty(2).
public enum TerminalWidth {
    /// The current number of columns. nil if the descriptor is not a terminal or its width is
    /// unknown.
    public static func columns(of descriptor: CInt) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
