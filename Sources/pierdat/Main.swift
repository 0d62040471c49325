@main
struct Main {
    static func main() async {
        switch Program(invokedAs: CommandLine.arguments.first ?? "") {
        case .pierdat: await PierdatCommand.main()
        case .pierdatd, .checkBitTorrent, .getBitTorrent, .seedBitTorrent, .serveBitTorrent,
            .verifyBitTorrent:
            fatalError("comes with its own change")
        }
    }
}
