import Glibc
import LinuxSystem

/// The signals that ask a program to exit.
enum TerminationSignals {
    static let ending = SignalSet([SIGINT, SIGTERM])
    static let endingOrReload = SignalSet([SIGINT, SIGTERM, SIGHUP])
}
