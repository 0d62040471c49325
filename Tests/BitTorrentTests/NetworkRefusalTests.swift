import CLibtorrent
import Testing

@testable import BitTorrent

@Suite("Refusals by a network policy")
struct NetworkRefusalTests {
    private static let names = SettingNames { "<\($0)>" }

    @Test(
        "A tracker's answer names the settings that exclude it",
        arguments: [
            (PIERDAT_REFUSAL_NONE, "no"),
            (
                PIERDAT_REFUSAL_ADDRESS,
                "no: <allow> or <deny> excludes it, or it is the address of a cloud's metadata"
            ),
            (PIERDAT_REFUSAL_NAME_SERVER, "no: <allow> or <deny> excludes the name server"),
        ])
    func tracker(refusal: pierdat_refusal, answer: String) {
        let status = "udp://t:1".withCString { url in
            "no".withCString { message in
                TrackerStatus(
                    pierdat_tracker(
                        url: url, message: message, works: false, fails: true, seeds: -1,
                        refusal: refusal), Self.names)
            }
        }
        #expect(status.answer == answer)
    }

    @Test("The failure of a web seed names the settings that exclude its name server")
    func webSeed() throws {
        let event = "no".withCString { message in
            "http://h/".withCString { url in
                SessionEvent(
                    pierdat_event(
                        kind: PIERDAT_EVENT_WEB_SEED_FAILED, token: 1, code: -1, message: message,
                        place: url, file: nil, refusal: PIERDAT_REFUSAL_NAME_SERVER), Self.names)
            }
        }
        let reason = "no: <allow> or <deny> excludes the name server"
        let failure = WebSeedFailure(url: "http://h/", file: nil, reason: reason)
        #expect(event == .webSeedFailed(token: 1, failure: failure))
    }
}
