import Testing

@testable import ChatrixModel

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2023-04-10T12:00:00.000Z", 1_681_128_000_000),
        ("1970-01-01T00:00:00.000Z", 0),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2000-02-29T23:59:59.001Z", 951_868_799_001),
        ("2100-03-01T00:00:00.000Z", 4_107_542_400_000),
        ("0000-03-01T00:00:00.000Z", -62_162_035_200_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
    func canonicalTextAndMillisecondsBelongTogether(text: String, milliseconds: Int64) {
        #expect(Timestamp(text) == Timestamp(milliseconds: milliseconds))
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test(arguments: [
        ("2023-04-10T12:00:00Z", "2023-04-10T12:00:00.000Z"),
        ("2023-04-10T12:00:00.5Z", "2023-04-10T12:00:00.500Z"),
        ("2023-04-10T12:00:00.123456789Z", "2023-04-10T12:00:00.123Z"),
        ("2023-04-10T14:30:00+02:30", "2023-04-10T12:00:00.000Z"),
        ("2023-04-09T23:00:00-13:00", "2023-04-10T12:00:00.000Z"),
        ("2023-04-10t12:00:00z", "2023-04-10T12:00:00.000Z"),
    ])
    func offsetsAndFractionsAreRead(text: String, canonical: String) {
        #expect(Timestamp(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "2023-04-10", "2023-04-10T12:00:00", "2023-04-10 12:00:00Z", "2023-13-01T00:00:00Z", "2023-02-29T00:00:00Z",
        "2023-04-10T24:00:00Z", "2023-04-10T12:60:00Z", "2023-04-10T12:00:00.Z", "2023-04-10T12:00:00.1234567890Z",
        "2023-04-10T12:00:00+0200", "2023-04-10T12:00:00Z ", "1681128000000", "２023-04-10T12:00:00Z",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
