import Testing

@testable import ChatrixModel

/// Reading without a tree: the same answers as the tree gives.
struct JSONViewTests {
    private func read<Value>(_ text: String, _ body: (JSONView) -> Value) throws -> Value {
        var index = JSONIndex()
        return try index.read(Array(text.utf8), body)
    }

    @Test func membersAndElementsAreFound() throws {
        try read(#" {"a":{"b":[1,{"c":"x"},[]]},"d":null,"e":true,"n":-12,"f":1.5,"a\u0062":"esc\n\u00e4"} "#) { json in
            #expect(json["a"]?["b"]?.isArray == true)
            var kinds: [String] = []
            #expect(json["a"]?["b"]?.forEach { kinds.append("\($0.integer ?? -1) \($0["c"]?.string ?? "-")") } == true)
            #expect(kinds == ["1 -", "-1 x", "-1 -"])
            #expect(json["d"]?.isNull == true)
            #expect(json["e"]?.bool == true)
            #expect(json["n"]?.integer == -12)
            #expect(json["f"]?.integer == nil)
            #expect(json["ab"]?.string == "esc\nä")
            #expect(json["ab"]?.withUTF8 { $0.count } == 6)
            #expect(json["missing"] == nil)
            #expect(json["n"]?["x"] == nil)
            #expect(json.forEach { _ in } == false)
        }
    }

    @Test func ofARepeatedNameTheLastValueCounts() throws {
        #expect(try read(#"{"a":1,"b":2,"a":3}"#) { $0["a"]?.integer } == 3)
    }

    @Test(arguments: [
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "-9223372036854775809", "0", "-0", "1e3",
        "007", "1.0",
    ])
    func integersAreThoseOfTheTree(_ text: String) throws {
        guard let tree = try? JSON.parse(text) else {
            #expect(throws: JSONError.self) { try read(text) { _ in } }
            return
        }
        #expect(try read(text) { $0.integer } == tree.integer)
    }

    @Test func idsAndTimesAreThoseOfTheTree() throws {
        for text in [
            "60d5ec9f5824f70015a1c001", "60d5ec9f5824f70015a1c00", "60D5ec9f5824f70015a1c001", "", "x",
            "2023-04-10T19:00:00.000Z", "2023-04-10T19:00:00+02:00", "2023-04-10", "2023-02-30T00:00:00Z",
        ] {
            let quoted = "\"\(text)\""
            let tree = try JSON.parse(quoted)
            #expect(try read(quoted) { $0.id(of: Entity.User.self) } == tree.id(of: Entity.User.self))
            #expect(try read(quoted) { $0.timestamp } == tree.timestamp)
        }
    }

    @Test func oneIndexReadsManyTexts() throws {
        var index = JSONIndex()
        for number in 0..<50 {
            let text = Array("[\(Array(repeating: "{\"n\":\(number)}", count: number).joined(separator: ","))]".utf8)
            var sum = 0
            #expect(try index.read(text) { $0.forEach { sum += $0["n"]?.integer ?? 0 } })
            #expect(sum == number * number)
            #expect(throws: JSONError.self) { try index.read(Array("[1,".utf8)) { _ in } }
        }
    }
}
