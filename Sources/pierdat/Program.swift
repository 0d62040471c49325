/// The programs that the one executable holds, by the name that it is called by.
enum Program: String, CaseIterable {
    case pierdat
    case pierdatd
    /// What `pierdatd` starts its children through; nobody else calls it.
    case pierdatdChild = "pierdatd-child"
    /// What `pierdat` starts backends through; nobody else calls it.
    case pierdatBackend = "pierdat-backend"
    /// What both start to kill what they have started when they are killed; nobody else calls it.
    case pierdatGuard = "pierdat-guard"
    case checkBitTorrent = "pierdat-check-bittorrent"
    case getBitTorrent = "pierdat-get-bittorrent"
    case seedBitTorrent = "pierdat-seed-bittorrent"
    case serveBitTorrent = "pierdat-serve-bittorrent"
    case verifyBitTorrent = "pierdat-verify-bittorrent"

    /// The program for `argv[0]`; `pierdat` where the name is none of ours (a renamed copy).
    init(invokedAs path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        self = Program(rawValue: name) ?? .pierdat
    }
}
