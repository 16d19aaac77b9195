import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

@Suite struct CompleteTests {
    private func conversation() -> Story {
        var story = Story()
        story.ensure(0, 1, at: 10)
        return story
    }

    @Test func everyEventArrivedIsValid() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.send(2, 0, to: 1, at: 120, message: 126, update: 127)
        story.read(1, 0, at: 200, count: 2)
        story.read(1, 0, at: 300, count: 0, endpoint: .view)
        let judgement = try story.judged()
        #expect(judgement.findings.map(\.guarantee) == Metric.Guarantee.allCases)
        #expect(judgement.findings.allSatisfy { $0.verdict == .valid })
        #expect(judgement.counts.expected == 8)
        #expect(judgement.counts.delivered == 8)
        #expect(judgement.counts.messagesSent == 2)
        #expect(judgement.counts.messagesDelivered == 2)
    }

    @Test func lostMessageIsNamed() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: nil, update: 107)
        let judgement = try story.judged()
        #expect(judgement.broken == [.complete])
        #expect(
            judgement.statements(.complete) == [
                "message 000000000003000000000001 from user 0, accepted at 0.105000 s, never reached user 1"
            ])
        #expect(judgement.violations(.complete)[0].window.map(\.at) == [100_000_000, 107_000_000])
        #expect(judgement.counts.lost == 1)
    }

    @Test func lostConversationUpdateIsNamed() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: nil)
        let judgement = try story.judged()
        #expect(judgement.broken == [.complete])
        #expect(
            judgement.statements(.complete) == [
                "the conversation-updated event of message 000000000003000000000001 from user 0, accepted at 0.105000 s, "
                    + "never reached user 1"
            ])
    }

    @Test(arguments: [
        (0, "read-receipt", 0), (1, "messages-status", 1), (2, "messages-read", 0), (3, "messages-read", 1),
    ])
    func markingThatShowsOnlySomeOfItsEventsIsBroken(left: Int, kind: String, user: Int) throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.read(1, 0, at: 200, count: 1, without: [left])
        let judgement = try story.judged()
        #expect(judgement.broken == [.complete])
        let statement = try #require(judgement.statements(.complete).first)
        #expect(statement.hasPrefix("the \(kind) event of the read marking by user 1"))
        #expect(statement.contains("never reached user \(user)"))
    }

    @Test(arguments: [Endpoint.Name.read, .view, .ensure, .messages])
    func markingWithoutAnyEventIsCountedOut(endpoint: Endpoint.Name) throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.read(1, 0, at: 200, count: 1, endpoint: endpoint, without: [0, 1, 2, 3])
        let judgement = try story.judged()
        #expect(judgement.broken == [.complete])
        let statement = try #require(judgement.statements(.complete).first)
        #expect(statement.contains("when 1 message of user 0 had been accepted"))
        #expect(statement.hasSuffix("count only 0"))
        #expect(judgement.violations(.complete)[0].window.count == 2)
        #expect(judgement.counts.lost == 1)
    }

    @Test func furtherPagesMarkNothing() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.read(1, 0, at: 200, count: 0, endpoint: .messages)
        story.history.operations[story.history.operations.count - 1].isFurtherPage = true
        #expect(try story.judged().broken == [])
    }

    @Test func messageThatOverlapsTheMarkingMayBeMarkedOrNot() throws {
        for count in [0, 1] {
            var story = conversation()
            story.send(1, 0, to: 1, at: 202, message: 210, update: 211)
            story.read(1, 0, at: 200, count: count)
            #expect(try story.judged().broken == [])
        }
    }

    @Test func markingMoreThanWasSentIsBroken() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.read(1, 0, at: 200, count: 2)
        let judgement = try story.judged()
        #expect(judgement.broken == [.conforming])
        #expect(judgement.statements(.conforming)[0].contains("count 2 messages, but user 0 had sent at most 1"))
    }

    @Test func ensureOfANewConversationMarksNothing() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        #expect(try story.judged().broken == [])
    }

    @Test func sessionThatIsYoungerThanTheGraceExcusesNoMarking() throws {
        var story = Story(subscribed: false)
        story.up(0, at: 50)
        story.up(1, at: 50)
        story.ensure(0, 1, at: 60)
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.read(1, 0, at: 200, count: 1, without: [0])
        #expect(try story.judged().broken == [.complete])
    }

    // MARK: excused, awaited, unknown

    @Test func sessionDownExcuses() throws {
        var story = conversation()
        story.down(1, at: 102)
        story.send(1, 0, to: 1, at: 100, message: nil, update: nil)
        story.up(1, at: 400)
        let judgement = try story.judged()
        #expect(judgement.findings.allSatisfy { $0.verdict == .valid })
        #expect(judgement.counts.excused == 2)
        #expect(judgement.counts.lost == 0)
        #expect(
            judgement.remarks(.complete)[0].hasPrefix("2 events did not arrive while the subscriber's session was down")
        )
    }

    @Test func sessionThatCameBackDoesNotExcuse() throws {
        var story = conversation()
        story.down(1, at: 20)
        story.up(1, at: 90)
        story.send(1, 0, to: 1, at: 100, message: nil, update: 107)
        #expect(try story.judged().broken == [.complete])
    }

    @Test func sessionLostWithinTheGraceExcusesAndLaterDoesNot() throws {
        for (downAt, broken) in [(5_100, []), (5_200, [Metric.Guarantee.complete])] {
            var story = conversation()
            story.send(1, 0, to: 1, at: 100, message: nil, update: 107)
            story.down(1, at: downAt)
            #expect(try story.judged().broken == broken)
        }
    }

    @Test func deliveryDuringADownSessionCountsAsDelivered() throws {
        var story = conversation()
        story.down(1, at: 50)
        story.up(1, at: 103)
        story.send(1, 0, to: 1, at: 100, message: 5_000, update: 5_001)
        let judgement = try story.judged()
        #expect(judgement.counts.delivered == 2)
        #expect(judgement.counts.excused == 0)
    }

    @Test func closingOfTheRunDoesNotExcuse() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 57_000, message: nil, update: 57_100)
        story.down(1, at: 60_000)
        #expect(try story.judged().broken == [.complete])
    }

    @Test func usersWithoutSubscriptionAreExcused() throws {
        var story = Story(subscribed: false)
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: nil, update: nil)
        let judgement = try story.judged()
        #expect(judgement.broken == [])
        #expect(judgement.remarks(.complete) == ["2 events went to users who had not subscribed; they are excused"])
    }

    @Test func readMarkingNobodyCouldSeeIsExcused() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.down(0, at: 150)
        story.down(1, at: 150)
        story.read(1, 0, at: 200, count: 0)
        story.up(0, at: 300)
        story.up(1, at: 300)
        let judgement = try story.judged()
        #expect(judgement.broken == [])
        #expect(judgement.remarks(.complete)[0].contains("read markings of 1 reader could not be counted"))
    }

    @Test func eventOfTheLastMomentLeavesTheVerdictOpen() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 59_000, message: nil, update: nil)
        let judgement = try story.judged()
        #expect(judgement.reasons(.complete) == ["2 events had not arrived yet when the run ended"])
        #expect(judgement.counts.awaited == 2)
    }

    @Test func lostReplyEntailsNothing() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: nil, update: nil, result: .lost(reason: "connection reset"))
        let judgement = try story.judged()
        #expect(judgement.findings.allSatisfy { $0.verdict == .valid })
        #expect(judgement.counts.expected == 0)
    }

    @Test func lostReplyWhoseEventsArrivedTookEffect() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107, result: .lost(reason: "connection reset"))
        story.read(1, 0, at: 200, count: 1)
        let judgement = try story.judged()
        #expect(judgement.findings.allSatisfy { $0.verdict == .valid })
        #expect(judgement.counts.messagesDelivered == 1)
        #expect(judgement.counts.expected == 6)
    }

    @Test func lostReplyWithHalfOfItsEventsIsBroken() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: nil, result: .lost(reason: "reset"))
        var other = conversation()
        other.send(1, 0, to: 1, at: 100, message: nil, update: 107, result: .lost(reason: "reset"))
        #expect(try story.judged().broken == [.complete])
        #expect(try story.judged().statements(.complete)[0].hasSuffix("but its conversation-updated event never did"))
        #expect(try other.judged().broken == [.complete])
        #expect(try other.judged().statements(.complete)[0].contains("but the message itself never reached him"))
    }

    @Test func markingWithALostReplyMayHaveMarkedAnyNumber() throws {
        for count in [0, 1] {
            var story = conversation()
            story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
            story.read(1, 0, at: 200, count: count)
            story.history.operations[story.history.operations.count - 1].result = .lost(reason: "reset")
            #expect(try story.judged().broken == [])
        }
    }

    @Test func missingEventMayBeTheUnreadableOne() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: nil, update: 107)
        story.history.deliveries.append(
            History.Delivery(user: 1, at: 106_000_000, kind: .unreadable, note: "{\"conversation\": 7"))
        let judgement = try story.judged()
        #expect(judgement.broken == [.conforming])
        #expect(
            judgement.reasons(.complete) == [
                "1 event did not arrive, but may be among those that could not be read"
            ])
    }

    @Test func unknownParticipantsLeaveTheVerdictOpen() throws {
        var story = Story()
        story.send(1, 0, to: 1, at: 100, message: nil, update: nil)
        story.history.operations[0].partner = nil
        #expect(
            try story.judged().reasons(.complete) == [
                "1 accepted send went into conversations whose participants the history does not tell"
            ])
    }

    @Test func everyViolationIsCountedAndAHundredAreKept() throws {
        var story = conversation()
        for number in 0..<150 {
            story.send(number, 0, to: 1, at: 100 + number * 10, message: nil, update: 106 + number * 10)
        }
        let finding = try #require(try story.judged()[.complete])
        #expect(finding.violationCount == 150)
        #expect(finding.violations.count == 100)
    }
}
