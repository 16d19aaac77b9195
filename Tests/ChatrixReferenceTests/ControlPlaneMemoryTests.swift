import ChatrixModel
import HTTPTypes
import Testing

@testable import ChatrixReference

@Suite struct OutboxTests {
    private func sequences(_ outbox: Outbox, since sequence: Int) -> [Int] {
        outbox.entries(since: sequence).map(\.sequence)
    }

    @Test func entriesAfterANumberComeInOrder() {
        var outbox = Outbox()
        #expect(sequences(outbox, since: 0).isEmpty)
        for _ in 1...5 { outbox.append(.webhook(event: "like.created", body: [1])) }
        #expect(sequences(outbox, since: 0) == [1, 2, 3, 4, 5])
        #expect(sequences(outbox, since: -7) == [1, 2, 3, 4, 5])
        #expect(sequences(outbox, since: 3) == [4, 5])
        #expect(sequences(outbox, since: 5).isEmpty)
        #expect(sequences(outbox, since: 99).isEmpty)
    }

    @Test func theOldestGoBeyondTheLimit() {
        var outbox = Outbox()
        let last = 2 * Outbox.entriesMax + 17
        for number in 1...last { outbox.append(.webSocket(event: "typing", frame: Array("\(number)".utf8))) }
        #expect(outbox.count == Outbox.entriesMax)
        let kept = Array(outbox.entries(since: 0))
        #expect(kept.map(\.sequence) == Array(last - Outbox.entriesMax + 1...last))
        for entry in kept {
            guard case .webSocket(_, let frame) = entry.output, frame == Array("\(entry.sequence)".utf8) else {
                Issue.record("entry \(entry.sequence) holds another's frame")
                return
            }
        }
        #expect(sequences(outbox, since: last - 2) == [last - 1, last])
    }

    @Test func largeFramesGoEarlier() {
        var outbox = Outbox()
        let frame = [UInt8](repeating: 0x20, count: 1 << 20)
        for _ in 1...100 { outbox.append(.webSocket(event: "message", frame: frame)) }
        #expect(outbox.byteCount == Outbox.bytesMax)
        #expect(sequences(outbox, since: 0) == Array(69...100))
        outbox.append(.webhook(event: "message.created", body: [UInt8](repeating: 0, count: Outbox.bytesMax + 1)))
        #expect(sequences(outbox, since: 0) == [101], "the last is kept, whatever its size")
    }
}

@Suite struct JournalTests {
    @Test(arguments: [
        ("/ws?token=abc.def.ghi", "/ws?token=…"), ("/ws?a=b&token=abc&token=x", "/ws?a=b&token=…&token=…"),
        ("/ws?%74oken=abc", "/ws?%74oken=…"), ("/ws?token", "/ws?token=…"), ("/ws?tokens=1", "/ws?tokens=1"),
        ("/ws", "/ws"), ("/chat/conversations?limit=2", "/chat/conversations?limit=2"),
    ])
    func theTokenOfAHandshakeIsNotShown(target: String, shown: String) {
        var journal = Journal()
        journal.append(method: .get, target: target, status: 101, at: Timestamp(milliseconds: 0))
        #expect(journal.last.map(\.target) == [shown])
    }
}
