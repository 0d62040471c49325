import CLinux
import Glibc
import SystemPackage

/// Finds an unused TCP port.
public enum FreePort {
    /// A port that the kernel chose and that was free a moment ago. Another program may take it.
    public static func any() throws(Errno) -> UInt16 {
        let socket = try OwnedDescriptor(
            takingOver: socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        )
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket.rawValue, address, length) == 0
                    && getsockname(socket.rawValue, address, &length) == 0
            }
        }
        guard result else { throw Errno(rawValue: errno) }
        return UInt16(bigEndian: address.sin_port)
    }
}
