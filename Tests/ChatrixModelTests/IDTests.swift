import Testing

@testable import ChatrixModel

@Suite struct IDTests {
    @Test func textIsSeedAndCounter() {
        #expect(UserID(prefix: 7, number: 255).description == "0000000000070000000000ff")
        #expect(UserID(prefix: .max, number: .max).description == "ffffffffffffffffffffffff")
    }

    @Test func textComesBack() {
        #expect(UserID("60d5ec9f5824f70015a1c001")?.description == "60d5ec9f5824f70015a1c001")
    }

    @Test(arguments: [
        "", "60d5ec9f5824f70015a1c00", "60d5ec9f5824f70015a1c0011", "60D5EC9F5824F70015A1C001",
        "60d5ec9f5824f70015a1c00g",
    ])
    func otherTextsAreNoID(text: String) {
        #expect(UserID(text) == nil)
    }

    @Test func orderIsThatOfTheText() {
        #expect(UserID(prefix: 1, number: 9) < UserID(prefix: 1, number: 10))
        #expect(UserID(prefix: 1, number: 10) < UserID(prefix: 2, number: 1))
    }

    @Test func uuidHasVersionAndVariant() {
        #expect(UUIDv4(random: 0, 0).description == "00000000-0000-4000-8000-000000000000")
        #expect(UUIDv4(random: .max, .max).description == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(UUIDv4("ffffffff-ffff-4fff-bfff-ffffffffffff") == UUIDv4(random: .max, .max))
        #expect(UUIDv4("ffffffff-ffff-4fff-bfff-fffffffffffg") == nil)
    }
}
