import ImageLayer
import Testing

@Suite("Time of a layer")
struct LayerTimeTests {
    @Test("The time is SOURCE_DATE_EPOCH, or the start of 1980 if that is not set")
    func known() throws {
        #expect(try LayerTime(environment: [:]).seconds == 315_532_800)
        #expect(try LayerTime(environment: ["SOURCE_DATE_EPOCH": ""]) == .fixed)
        #expect(try LayerTime(environment: ["SOURCE_DATE_EPOCH": "0"]).seconds == 0)
        #expect(
            try LayerTime(environment: ["SOURCE_DATE_EPOCH": "1700000000"]).seconds
                == 1_700_000_000)
    }

    @Test(
        "An invalid SOURCE_DATE_EPOCH is rejected",
        arguments: ["yesterday", "-1", "+1", "1.5", " 1", "1 ", "0x10", "1e9", "253402300800"])
    func malformed(text: String) {
        #expect(throws: LayerError.time(text)) {
            try LayerTime(environment: ["SOURCE_DATE_EPOCH": text])
        }
    }
}
