import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

@Suite struct ConformingTests {
    private func sent() -> Story {
        var story = Story()
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.history.operations[1].contentDigest = 11
        story.history.operations[1].previewDigest = 12
        story.history.deliveries[0].contentDigest = 11
        story.history.deliveries[1].contentDigest = 12
        return story
    }

    @Test func whatWasSentIsValid() throws {
        var story = sent()
        story.read(1, 0, at: 200, count: 1)
        #expect(try story.judged().findings.allSatisfy { $0.verdict == .valid })
    }

    @Test func anotherContentIsBroken() throws {
        var story = sent()
        story.history.deliveries[0].contentDigest = 99
        let judgement = try story.judged()
        #expect(judgement.broken == [.conforming])
        #expect(
            judgement.statements(.conforming) == [
                "message 000000000003000000000001 reached user 1 at 0.106000 s with another content"
            ])
        #expect(judgement.violations(.conforming)[0].window.map(\.at) == [100_000_000, 106_000_000])
    }

    @Test func anotherSenderIsBroken() throws {
        var story = sent()
        story.history.deliveries[0].actor = Story.user(2)
        #expect(try story.judged().broken == [.conforming])
        #expect(
            try story.judged().statements(.conforming)[0].hasSuffix(
                "with sender 000000000001000000000003 instead of user 0"))
    }

    @Test func anotherCreationTimeIsBroken() throws {
        var story = sent()
        story.history.deliveries[0].stamp = story.stamp(at: 103)
        #expect(
            try story.judged().statements(.conforming)[0].contains("created_at 2023-04-10T12:00:00.103Z instead of"))
    }

    @Test func anotherPreviewIsBroken() throws {
        var story = sent()
        story.history.deliveries[1].contentDigest = 99
        #expect(try story.judged().broken == [.conforming])
        #expect(try story.judged().statements(.conforming)[0].hasSuffix("with another preview"))
    }

    @Test func unreadableEventIsBroken() throws {
        var story = sent()
        story.history.deliveries.append(History.Delivery(user: 1, at: 200_000_000, kind: .unreadable, note: "{oops"))
        #expect(
            try story.judged().statements(.conforming) == [
                "user 1 received an event at 0.200000 s that could not be read: {oops"
            ])
    }

    @Test func eventOnTheWrongChannelIsBroken() throws {
        var story = sent()
        var typing = story.history.deliveries[0]
        typing.kind = .typing
        story.history.deliveries.append(typing)
        #expect(try story.judged().statements(.conforming)[0].hasSuffix("that belongs to WebSocket connections"))
    }

    @Test(arguments: [(Story.Kind.readReceipt, 0), (.messagesStatus, 1)])
    func countsOfOneMarkingAgree(kind: Story.Kind, user: Int) throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 120, message: 126, update: 127)
        story.read(1, 0, at: 200, count: 2)
        let index = try #require(story.history.deliveries.firstIndex { $0.kind == kind })
        story.history.deliveries[index].count = 1
        let judgement = try story.judged()
        #expect(judgement.broken == [.conforming])
        #expect(judgement.statements(.conforming)[0].contains("has count 1, another one of it 2"))
    }

    @Test func unreadCountOfTheReaderIsZeroAfterHisMarking() throws {
        var story = sent()
        story.read(1, 0, at: 200, count: 1)
        let index = try #require(story.history.deliveries.firstIndex { $0.kind == .messagesRead && $0.user == 1 })
        story.history.deliveries[index].count = 1
        #expect(try story.judged().statements(.conforming)[0].contains("has unread_count 1 for user 1, but at most 0"))
    }

    @Test func unreadCountOfTheOtherIsHisOwn() throws {
        var story = sent()
        story.send(2, 1, to: 0, at: 120, message: 126, update: 127)
        story.read(1, 0, at: 200, count: 1)
        let index = try #require(story.history.deliveries.firstIndex { $0.kind == .messagesRead && $0.user == 0 })
        story.history.deliveries[index].count = 1
        #expect(try story.judged().broken == [])
        story.history.deliveries[index].count = 2
        #expect(try story.judged().statements(.conforming)[0].contains("has unread_count 2 for user 0, but at most 1"))
    }

    @Test func pageWithAnotherContentIsBroken() throws {
        var story = sent()
        story.read(1, 0, at: 200, count: 1, endpoint: .messages)
        story.page([(1, 0, 102)], 0, 1, digest: 11)
        #expect(try story.judged().broken == [])
        story.history.observations[0].contentDigest = 99
        #expect(try story.judged().broken == [.conforming])
        #expect(try story.judged().statements(.conforming)[0].hasSuffix("with another content"))
    }
}

@Suite struct ConvergedTests {
    private func sent() -> Story {
        var story = Story()
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.send(2, 0, to: 1, at: 120, message: 126, update: 127)
        story.read(1, 0, at: 200, count: 2)
        story.send(3, 0, to: 1, at: 300, message: 306, update: 307)
        return story
    }

    @Test func whatTheOperationsLeadToIsValid() throws {
        var story = sent()
        story.audit(1, 0, last: 3, created: 302, unread: 1)
        story.audit(0, 1, last: 3, created: 302, unread: 0)
        let judgement = try story.judged()
        #expect(judgement.findings.allSatisfy { $0.verdict == .valid })
        #expect(judgement.remarks(.converged) == [])
    }

    @Test(arguments: [0, 2, 3])
    func anotherUnreadCountIsBroken(unread: Int) throws {
        var story = sent()
        story.audit(1, 0, last: 3, created: 302, unread: unread)
        let judgement = try story.judged()
        #expect(judgement.broken == [.converged])
        #expect(
            judgement.statements(.converged)[0].hasSuffix(
                "shows unread_count \(unread) in conversation 000000000002000000000001, but of 3 messages to him 2 were "
                    + "marked as read, so it has to be 1"))
    }

    @Test func olderLastMessageIsBroken() throws {
        var story = sent()
        story.audit(1, 0, last: 2, created: 122, unread: 1)
        let judgement = try story.judged()
        #expect(judgement.broken == [.converged])
        #expect(judgement.statements(.converged)[0].contains("shows message 000000000003000000000002 as the last one"))
    }

    @Test func lostReplyLeavesBothPossible() throws {
        for (last, created, unread) in [(3, 302, 1), (4, 402, 2)] {
            var story = sent()
            story.send(4, 0, to: 1, at: 400, message: nil, update: nil, result: .lost(reason: "reset"))
            story.audit(1, 0, last: last, created: created, unread: unread)
            #expect(try story.judged().broken == [])
        }
        var story = sent()
        story.send(4, 0, to: 1, at: 400, message: nil, update: nil, result: .lost(reason: "reset"))
        story.audit(1, 0, last: 3, created: 302, unread: 3)
        #expect(try story.judged().broken == [.converged])
    }

    @Test func interruptedRunWithoutAnAuditIsUnknown() throws {
        var story = sent()
        #expect(try story.judged().remarks(.converged)[0].hasPrefix("nobody looked at the conversations"))
        story.history.run.isInterrupted = true
        #expect(try story.judged().reasons(.converged) == ["the run ended before the conversations were looked at"])
        var failed = sent()
        failed.audit(1, 0, last: nil, created: 0, unread: 0, result: .lost(reason: "reset"))
        #expect(try failed.judged().reasons(.converged) == ["1 list of conversations got no answer at the end"])
    }
}
