/// The programs in the executable, selected by the name it is called by.
enum Program: String, CaseIterable {
    case pierdat
    case pierdatd
    /// `pierdatd` starts its children through it. Internal.
    case pierdatdChild = "pierdatd-child"
    /// `pierdat` starts backends through it. Internal.
    case pierdatBackend = "pierdat-backend"
    /// `pierdat test-backend` starts programs under test through it. Internal.
    case pierdatConfined = "pierdat-confined"
    /// Both start it to clean up if they are killed. Internal.
    case pierdatGuard = "pierdat-guard"
    case checkBitTorrent = "pierdat-check-bittorrent"
    case getBitTorrent = "pierdat-get-bittorrent"
    case seedBitTorrent = "pierdat-seed-bittorrent"
    case serveBitTorrent = "pierdat-serve-bittorrent"
    case verifyBitTorrent = "pierdat-verify-bittorrent"
    case checkHTTP = "pierdat-check-http"
    case getHTTP = "pierdat-get-http"
    case verifyHTTP = "pierdat-verify-http"
    case checkIPFS = "pierdat-check-ipfs"
    case getIPFS = "pierdat-get-ipfs"
    case verifyIPFS = "pierdat-verify-ipfs"
    case checkHub = "pierdat-check-hf"
    case getHub = "pierdat-get-hf"
    case verifyHub = "pierdat-verify-hf"
    case checkRegistry = "pierdat-check-oci"
    case getRegistry = "pierdat-get-oci"
    case verifyRegistry = "pierdat-verify-oci"
    case checkRecord = "pierdat-check-records"
    case getRecord = "pierdat-get-records"
    case verifyRecord = "pierdat-verify-records"

    /// The one that is running.
    static var running: Program { Program(invokedAs: CommandLine.arguments.first ?? "") }

    /// The program for `argv[0]`. `pierdat` if the name is unknown, as for a renamed copy.
    init(invokedAs path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        self = Program(rawValue: name) ?? .pierdat
    }
}
