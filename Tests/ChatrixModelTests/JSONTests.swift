import Testing

@testable import ChatrixModel

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-1", "1.5", "1e400", "-0.0E-7", "\"\"", "[]", "{}", "[1,[2,{\"a\":null}]]",
        #"{"b":1,"a":"ü👋/"}"#, #""\"\\\b\f\n\r\t\u0000\u001f""#,
    ])
    func canonicalTextComesBack(text: String) throws {
        #expect(try JSON.parse(text).description == text)
    }

    @Test func escapesAreRead() throws {
        #expect(try JSON.parse(#""\u00e4\ud83d\udc4b\/""#) == "ä👋/")
    }

    @Test func ofARepeatedNameTheLastValueCounts() throws {
        #expect(try JSON.parse(#"{"a":1,"b":2,"a":3}"#) == ["a": 3, "b": 2])
        let many = (0..<40).map { "\"n\($0 % 20)\":\($0)" }.joined(separator: ",")
        let object = try JSON.parse("{\(many)}")
        #expect(object.members?.count == 20)
        #expect(object["n3"] == 23)
    }

    @Test(arguments: [
        "", " ", "nul", "truex", "01", "1.", ".5", "+1", "1e", "-", "\"", "\"\u{1}\"", #""\x""#, #""\ud83d""#,
        #""\ud83dx""#,
        #""\udc4b""#, #""\u12g4""#, "[", "[1,]", "[1 2]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "1 2",
        "NaN",
        "{\"a\":1}//",
    ])
    func malformedTextIsRefused(text: String) {
        #expect(throws: JSONError.self) { try JSON.parse(text) }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xEF, 0xBB, 0xBF, 0x31],
        ] as [[UInt8]])
    func whatIsNotUTF8IsRefused(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON.parse(bytes) }
    }

    @Test func nestingIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON.parse(nested(512))
        #expect(throws: JSONError(offset: 512, reason: "nested deeper than 512 levels")) { try JSON.parse(nested(513)) }
        #expect(throws: JSONError.self) { try JSON.parse(nested(10_000)) }
    }

    @Test func onlyIntegersThatFitAreIntegers() throws {
        #expect(try JSON.parse("12").integer == 12)
        #expect(try JSON.parse("12.0").integer == nil)
        #expect(try JSON.parse("99999999999999999999").integer == nil)
        #expect(try JSON.parse("1e400").double == nil)
        #expect(try JSON.parse("2.5").double == 2.5)
    }
}
