import CLinux

/// Configures how the C library resolves names: nsswitch.conf(5).
public enum NameService {
    /// Resolves hosts by /etc/hosts and DNS only, and users and groups by their files only. A
    /// static program cannot load the system's NSS modules and must not try. Call this before the
    /// first lookup.
    public static func useFilesAndDNS() {
        __nss_configure_lookup("hosts", "files dns")
        __nss_configure_lookup("passwd", "files")
        __nss_configure_lookup("group", "files")
    }
}
