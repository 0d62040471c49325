import Glibc
import LinuxSystem

/// The interface that everything goes out by, and that is listened on.
public enum OutgoingInterface: Equatable, Sendable {
    /// A device name as in ip(8).
    case device(String)
    case address(AddressBlock, String)

    /// A device's name or an address; nil if `text` can be neither.
    public init?(_ text: String) {
        if !text.contains("/"), let address = AddressBlock(text) {
            self = .address(address, text)
        } else if (1..<Int(IFNAMSIZ)).contains(text.utf8.count),
            !text.contains(where: { "/:,".contains($0) || $0.isWhitespace })
        {
            self = .device(text)
        } else {
            return nil
        }
    }

    /// As the user wrote it.
    var text: String {
        switch self {
        case .device(let name), .address(_, let name): name
        }
    }

    /// True if this machine has it at present.
    var exists: Bool {
        switch self {
        case .device(let name): if_nametoindex(name) != 0
        case .address(let wanted, _):
            NetworkInterfaces.contains { interface in
                guard let address = interface.ifa_addr else { return false }
                return NumericAddress.text(of: address).flatMap { AddressBlock($0) } == wanted
            } ?? false
        }
    }

    /// In the format of libtorrent's listen_interfaces.
    func listening(on port: UInt16) -> String {
        switch self {
        case .device(let name): "\(name):\(port)"
        case .address(let address, let text):
            address.address.count == 16 ? "[\(text)]:\(port)" : "\(text):\(port)"
        }
    }
}
