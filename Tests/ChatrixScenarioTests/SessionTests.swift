import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixScenario

/// Sessions that flows close and open, and what is sent over them.
struct SessionTests {
    private let typing = CallDeclaration(.typing, .conversation) { (context: CallContext) -> SocketRequest? in
        context.conversation.map { .typing($0, isTyping: true) }
    }
    private let message = CallDeclaration(.message, .conversation) { (context: CallContext) -> SocketRequest? in
        guard let conversation = context.conversation, let draft = MessageDraft(context) else { return nil }
        return .message(conversation, draft)
    }

    private func hand(
        _ steps: [Step], channels: Set<History.Channel> = [.mqtt, .webSocket],
        available: Set<History.Channel> = [.mqtt, .webSocket], answersAtOnce: Bool = true
    ) -> Hand {
        var scenario = scenario(users: 2, load: [once], steps: steps)
        scenario.channels = channels
        var options = withoutAudit
        options.channels = available
        let plan = Plan(scenario, options: options) { name in
            switch name {
            case "typing": typing
            case "socket-message": message
            default: StepDeclaration.named(name)?.call
            }
        }
        var hand = Hand(plan)
        hand.changes.removeAll()
        hand.answersAtOnce = answersAtOnce
        return hand
    }

    @Test func flowWaitsUntilItsSessionsAreUpAgain() {
        var hand = hand([
            .session(.init(isUp: false, [.mqtt, .websocket, .http])), .think(.constant(second)),
            .session(.init(isUp: true, [.mqtt, .websocket, .http])), me,
        ])
        hand.opensSessions = false
        hand.advance(to: 2 * second)
        #expect(
            hand.changes == ["close 0 http", "close 0 mqtt", "close 0 websocket", "open 0 mqtt", "open 0 websocket"])
        #expect(hand.engine.counters.sessionsUp == 2)
        #expect(hand.engine.counters.sessionsLost == 0, "they were closed, not lost")
        hand.engine.sessionChanged(client: 0, .mqtt, isUp: true, at: hand.now)
        hand.drain()
        #expect(hand.loadOperations.isEmpty)
        hand.advance(to: 3 * second)
        hand.engine.sessionChanged(client: 0, .webSocket, isUp: true, at: hand.now)
        hand.drain()
        #expect(hand.loadOperations.map(\.sent) == [3 * second])
        #expect(hand.engine.counters.sessionsOverdue == 0)
    }

    @Test func flowGoesOnWithoutASessionThatDoesNotComeUp() {
        var hand = hand([
            .session(.init(isUp: false, [.mqtt], by: .peer)), .session(.init(isUp: true, [.mqtt], by: .peer)), me,
        ])
        hand.opensSessions = false
        hand.advance(to: 40 * second)
        #expect(hand.changes == ["close 1 mqtt", "open 1 mqtt"])
        #expect(hand.loadOperations.map(\.sent) == [30 * second])
        #expect(hand.engine.counters.sessionsOverdue == 1)
    }

    @Test func reportThatComesLateDoesNotEndALaterWait() {
        var hand = hand([
            .session(.init(isUp: false, [.mqtt])), .session(.init(isUp: true, [.mqtt])),
            .session(.init(isUp: false, [.mqtt], by: .peer)), .session(.init(isUp: true, [.mqtt], by: .peer)), me,
        ])
        hand.opensSessions = false
        hand.advance(to: 31 * second)
        hand.engine.sessionChanged(client: 0, .mqtt, isUp: true, at: hand.now)
        hand.drain()
        #expect(hand.loadOperations.isEmpty, "the flow waits for the partner")
        hand.engine.sessionChanged(client: 1, .mqtt, isUp: true, at: hand.now)
        hand.drain()
        #expect(hand.loadOperations.count == 1)
    }

    @Test func sessionsThatTheDriverDoesNotHaveAreLeftAlone() {
        var hand = hand(
            [.session(.init(isUp: true, [.websocket])), .call(.init("typing")), me], available: [.mqtt])
        hand.advance(to: second)
        #expect(hand.changes.isEmpty)
        #expect(hand.frames.isEmpty)
        #expect(hand.engine.counters.stepsSkipped == 1)
        #expect(hand.loadOperations.count == 1)
    }

    @Test func framesAreOperationsOfTheirAction() throws {
        var hand = hand(
            [
                .call(.init("typing")), .call(.init("socket-message", [.text(Template(literal: "hi")), nil, nil])),
                .await(.init(.message, at: .peer, within: second)), me,
            ], answersAtOnce: false)
        hand.advance(to: 1)
        let typing = try #require(hand.frames.first)
        hand.engine.completed(typing.ticket, .accepted(status: 0), at: hand.now)
        hand.drain()
        let sent = try #require(hand.frames.last)
        hand.engine.completed(
            sent.ticket, .accepted(status: 0), .message(MessageID(prefix: 9, number: 5), createdAt: .virtualStart),
            at: hand.now)
        hand.drain()
        let conversation = ConversationID(prefix: 0, number: 1)
        #expect(hand.loadOperations.map(\.request) == [.socket(.typing), .socket(.message)])
        #expect(hand.loadOperations.map(\.conversation) == [conversation, conversation])
        #expect(hand.loadOperations.last?.message == MessageID(prefix: 9, number: 5))
        #expect(hand.loadOperations.last?.createdAt == .virtualStart)
        #expect(hand.loadOperations.last?.contentDigest == History.digest(of: "hi"))
        #expect(hand.engine.counters.messagesSent == 1)
        var delivery = History.Delivery(
            user: 1, at: hand.now, kind: .message, conversation: conversation, message: MessageID(prefix: 9, number: 5))
        delivery.channel = .webSocket
        hand.engine.received(delivery)
        hand.drain()
        #expect(hand.sent.last.map { if case .users(.me) = $0.command { true } else { false } } == true)
    }

    @Test func frameWithoutSessionIsSkipped() {
        var hand = hand([.session(.init(isUp: false, [.websocket])), .call(.init("typing")), me])
        hand.advance(to: second)
        #expect(hand.frames.isEmpty)
        #expect(hand.engine.counters.stepsSkipped == 1)
    }

    @Test func eventsWithoutConversationReachTheFlowsOfThoseConcerned() {
        for place in [Step.Actor.own, .peer] {
            var hand = hand([.await(.init(.call, at: place, within: 10 * second)), me])
            hand.advance(to: second)
            let receiver = place == .own ? 0 : 1
            var delivery = History.Delivery(
                user: receiver, at: hand.now, kind: .call, actor: UserID(prefix: 1, number: UInt64(1 - receiver)))
            delivery.channel = .webSocket
            hand.engine.received(delivery)
            hand.drain()
            #expect(hand.loadOperations.map(\.sent) == [second], "\(place)")
        }
    }

    @Test func eventsReachTheFlowOfTheSameDevice() {
        var scenario = scenario(
            users: 2, load: [.init(name: "p", load: .users(start: 2, end: 2), duration: 100 * second)],
            steps: [.await(.init(.typing, at: .own, within: 50 * second)), me])
        scenario.devices = 2
        var hand = Hand(scenario, options: withoutAudit)
        hand.advance(to: 5 * second)
        var delivery = History.Delivery(
            user: 1, at: hand.now, kind: .typing, conversation: ConversationID(prefix: 0, number: 1))
        delivery.device = 1
        hand.engine.received(delivery)
        hand.drain()
        #expect(hand.loadOperations.map { "\($0.user).\($0.device)" } == ["1.1"])
    }

    @Test func sessionThatBreaksByItselfIsCountedOnce() {
        var hand = hand([me])
        for _ in 0..<2 { hand.engine.sessionChanged(client: 1, .mqtt, isUp: false, reason: "reset", at: hand.now) }
        hand.engine.sessionChanged(client: 1, .mqtt, isUp: true, at: hand.now)
        #expect(hand.engine.counters.sessionsLost == 1)
        #expect(hand.engine.history.sessionChanges.suffix(2).map(\.reason) == ["reset", ""])
        #expect(hand.engine.counters.sessionsUp == 4)
    }
}
