import CLinux

/// Where the C library looks names up: nsswitch.conf(5).
public enum NameService {
    /// Hosts in /etc/hosts and by DNS, users and groups in their files, and nowhere else: a static
    /// program can load no module of the system's, and must not try. Called before the first look-up.
    public static func useFilesAndDNS() {
        __nss_configure_lookup("hosts", "files dns")
        __nss_configure_lookup("passwd", "files")
        __nss_configure_lookup("group", "files")
    }
}
