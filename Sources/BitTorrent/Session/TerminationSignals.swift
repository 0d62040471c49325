import Glibc
import LinuxSystem

/// The signals that ask a program of ours to end.
enum TerminationSignals {
    static let ending = SignalSet([SIGINT, SIGTERM])
    static let endingOrReload = SignalSet([SIGINT, SIGTERM, SIGHUP])
}
