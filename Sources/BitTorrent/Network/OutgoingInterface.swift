import Glibc
import LinuxSystem

/// The network interface for outgoing traffic and for listening.
public enum OutgoingInterface: Equatable, Sendable {
    /// A device name as in ip(8).
    case device(String)
    case address(IPAddress)

    /// Parses a device name or an address. nil if `text` is neither.
    public init?(_ text: String) {
        if let address = IPAddress(text) {
            self = .address(address)
        } else if (1..<Int(IFNAMSIZ)).contains(text.utf8.count),
            !text.contains(where: { "/:,".contains($0) || $0.isWhitespace })
        {
            self = .device(text)
        } else {
            return nil
        }
    }

    /// The form that the initializer parses.
    var text: String {
        switch self {
        case .device(let name): name
        case .address(let address): address.description
        }
    }

    /// True if this machine has the device or address now.
    var exists: Bool {
        switch self {
        case .device(let name): if_nametoindex(name) != 0
        case .address(let wanted):
            NetworkInterfaces.contains { interface in
                guard let address = interface.ifa_addr else { return false }
                return IPAddress.text(of: address).flatMap { IPAddress($0) } == wanted
            } ?? false
        }
    }

    /// In the format of libtorrent's listen_interfaces.
    func listening(on port: UInt16) -> String {
        HostAndPort.text(host: text, port: port)
    }
}
