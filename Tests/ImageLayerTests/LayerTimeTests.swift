import ImageLayer
import Testing

@Suite("The time of a layer")
struct LayerTimeTests {
    @Test("is what SOURCE_DATE_EPOCH says, and the start of 1980 where it says nothing")
    func known() throws {
        #expect(try LayerTime(environment: [:]).seconds == 315_532_800)
        #expect(try LayerTime(environment: ["SOURCE_DATE_EPOCH": ""]) == .fixed)
        #expect(try LayerTime(environment: ["SOURCE_DATE_EPOCH": "0"]).seconds == 0)
        #expect(
            try LayerTime(environment: ["SOURCE_DATE_EPOCH": "1700000000"]).seconds
                == 1_700_000_000)
    }

    @Test(
        "is refused where it is no time",
        arguments: ["yesterday", "-1", "+1", "1.5", " 1", "1 ", "0x10", "1e9", "253402300800"])
    func malformed(text: String) {
        #expect(throws: LayerError.time(text)) {
            try LayerTime(environment: ["SOURCE_DATE_EPOCH": text])
        }
    }
}
