import Glibc

/// The terminal behind a descriptor: ioctl_tty(2).
public enum TerminalWidth {
    /// How many characters a line of it holds at present; nil where that is not known.
    public static func columns(of descriptor: CInt) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
