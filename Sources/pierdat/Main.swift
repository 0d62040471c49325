@main
struct Main {
    static func main() async {
        switch Program(invokedAs: CommandLine.arguments.first ?? "") {
        case .pierdat: await PierdatCommand.main()
        case .checkBitTorrent: CheckBitTorrent.main()
        case .getBitTorrent: GetBitTorrent.main()
        case .seedBitTorrent: SeedBitTorrent.main()
        case .serveBitTorrent: ServeBitTorrent.main()
        case .pierdatd,
            .verifyBitTorrent:
            fatalError("comes with its own change")
        }
    }
}
