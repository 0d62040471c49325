import Glibc
import LinuxSystem

/// The signals that ask a program to exit.
package enum TerminationSignals {
    package static let ending = SignalSet([SIGINT, SIGTERM])
    static let endingOrReload = SignalSet([SIGINT, SIGTERM, SIGHUP])
}
