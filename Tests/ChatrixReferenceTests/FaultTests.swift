import ChatrixModel
import Testing

@testable import ChatrixReference

/// What each `--fault` does to a row of publications.
@Suite struct FaultTests {
    private static func user(_ number: UInt64) -> UserID { UserID(prefix: 0, number: number) }

    /// Message `number` of conversation `conversation`, from its user 2c to its user 2c + 1.
    private static func message(_ number: UInt64, in conversation: UInt64 = 1) -> Event {
        Event(
            to: user(2 * conversation + 1),
            .newMessage(
                Message(
                    id: MessageID(prefix: 0, number: number),
                    conversation: ConversationID(prefix: 0, number: conversation), sender: user(2 * conversation),
                    content: "m", kind: .text, attachments: [], createdAt: .virtualStart, status: .sent)))
    }

    /// A publication as `number`, with `@user` for a stranger and `+ms` for a delay.
    private static func text(_ publications: [Event.Publication]) -> [String] {
        publications.map { publication in
            guard case .newMessage(let message) = publication.event.body else { return "?" }
            let stranger =
                publication.addressee == publication.event.recipient ? "" : "@\(publication.addressee.number)"
            let delay = publication.delayMilliseconds == 0 ? "" : "+\(publication.delayMilliseconds)"
            return "\(message.id.number)\(stranger)\(delay)"
        }
    }

    private static func run(_ faults: [Fault], _ events: [Event]) -> (passed: [String], injector: FaultInjector) {
        var injector = FaultInjector(faults)
        return (text(injector.apply(events, at: 0)), injector)
    }

    private static let six = (1...6).map { message($0) }

    @Test(arguments: [
        (Fault(.drop, every: 3), ["1", "2", "4", "5"], 2), (Fault(.drop, every: 1), [], 6),
        (Fault(.duplicate, every: 4), ["1", "2", "3", "4", "4", "5", "6"], 1),
        (Fault(.delay(milliseconds: 30), every: 2), ["1", "2+30", "3", "4+30", "5", "6+30"], 3),
        (Fault(.reorder, every: 2), ["1", "3", "2", "5", "4"], 2),
        (Fault(.reorder, every: 7), ["1", "2", "3", "4", "5", "6"], 0),
    ])
    func faultHitsEveryNth(fault: Fault, passed: [String], count: Int) {
        let result = Self.run([fault], Self.six)
        #expect(result.passed == passed)
        #expect(result.injector.injected.map(\.count) == [count])
    }

    @Test func noFaultChangesNothing() {
        #expect(Self.run([], Self.six).passed == ["1", "2", "3", "4", "5", "6"])
    }

    @Test func publicationIsSwappedOnlyWithinItsTopicAndConversation() {
        var injector = FaultInjector([Fault(.reorder, every: 2)])
        let events = [Self.message(1), Self.message(2), Self.message(3, in: 5), Self.message(4)]
        #expect(Self.text(injector.apply(events, at: 0)) == ["1", "3", "4", "2"])
        #expect(injector.heldCount == 0)
    }

    @Test func publicationWithoutSuccessorGoesOnAfterAWhile() {
        var injector = FaultInjector([Fault(.reorder, every: 2), Fault(.duplicate, every: 2)])
        #expect(Self.text(injector.apply([Self.message(1), Self.message(2)], at: 500)) == ["1"])
        #expect(Self.text(injector.releaseOverdue(at: 10_499)) == [])
        #expect(injector.heldCount == 1)
        #expect(Self.text(injector.releaseOverdue(at: 10_500)) == ["2", "2"])
        #expect(injector.heldCount == 0)
    }

    @Test func heldPublicationsComeOutInTheirOrder() {
        var injector = FaultInjector([Fault(.reorder, every: 1)])
        #expect(Self.text(injector.apply((1...9).map { Self.message($0, in: $0) }, at: 0)) == [])
        #expect(Self.text(injector.releaseAll()) == ["1", "2", "3", "4", "5", "6", "7", "8", "9"])
    }

    @Test func leakGoesToAStrangerUnderTheSameKindOfTopic() {
        var injector = FaultInjector([Fault(.leak, every: 2)])
        let events = [Self.message(1, in: 1), Self.message(2, in: 2), Self.message(3, in: 1)]
        let passed = injector.apply(events, at: 0)
        // Users 2 and 3 share conversation 1, users 4 and 5 conversation 2.
        #expect(Self.text(passed) == ["1", "2", "2@3", "3"])
        #expect(passed[2].topic == "chat/000000000000000000000003/messages")
        #expect(passed[2].payload == passed[1].payload)
    }

    @Test func leakWaitsForAStranger() {
        let result = Self.run([Fault(.leak, every: 2)], [Self.message(1), Self.message(2), Self.message(3, in: 2)])
        #expect(result.passed == ["1", "2", "3", "3@3"])
        #expect(result.injector.injected.map(\.count) == [1])
    }

    @Test func leakGoesToAnotherStrangerEachTime() {
        let events = (1...4).map { Self.message($0, in: $0) } + (5...8).map { Self.message($0, in: 1) }
        let passed = Self.run([Fault(.leak, every: 1)], events).passed
        let strangers = passed.filter { $0.contains("@") }.suffix(4)
        #expect(Set(strangers.map { $0.split(separator: "@")[1] }).count == 4)
        #expect(strangers.allSatisfy { !$0.hasSuffix("@2") && !$0.hasSuffix("@3") })
    }

    /// The update that goes with a message.
    private static func update(_ preview: String) -> Event {
        Event(
            to: user(3),
            .conversationUpdated(
                ConversationID(prefix: 0, number: 1), lastMessageAt: .virtualStart, preview: preview))
    }

    @Test func corruptionChangesTheContentAndNothingElse() {
        var injector = FaultInjector([Fault(.corrupt, every: 1)])
        let mark = ReadMark(
            conversation: ConversationID(prefix: 0, number: 1), reader: Self.user(3), readAt: .virtualStart)
        let events = [
            Self.message(1), Self.update("m"), Event(to: Self.user(2), .readReceipt(mark, count: 1)),
            Event(to: Self.user(3), .messagesStatus(mark, count: 2)),
            Event(to: Self.user(3), .messagesRead(mark, unreadCount: 0)),
        ]
        var message = Self.message(1)
        if case .newMessage(var body) = message.body {
            body.content = "m~"
            message.body = .newMessage(body)
        }
        #expect(
            injector.apply(events, at: 0).map(\.event) == [
                message, Self.update("m~"), Event(to: Self.user(2), .readReceipt(mark, count: 2)),
                Event(to: Self.user(3), .messagesStatus(mark, count: 3)),
                Event(to: Self.user(3), .messagesRead(mark, unreadCount: 1)),
            ])
    }

    @Test func ghostIsAMessageOfItsOwnWithTheStampOfAnother() throws {
        var injector = FaultInjector([Fault(.ghost, every: 2)])
        // The second publication is none of a message, so the next that is gets the ghost.
        let passed = injector.apply([Self.message(1), Self.update("m"), Self.message(2)], at: 0).map(\.event)
        try #require(passed.count == 4)
        #expect(passed[2] == Self.message(2))
        guard case .newMessage(let ghost) = passed[3].body else { throw Surprise(passed[3]) }
        #expect(ghost.id.number == 1 << 47 | 2)
        #expect(ghost.content == "ghost of 000000000000000000000002")
        #expect(ghost.createdAt == .virtualStart)
        #expect(passed[3].recipient == Self.user(3))
        #expect(ghost.sender == Self.user(2))
    }

    @Test func earlyReceiptGoesToTheSenderOfTheMessage() {
        var injector = FaultInjector([Fault(.early, every: 1)])
        let mark = ReadMark(
            conversation: ConversationID(prefix: 0, number: 1), reader: Self.user(3), readAt: .virtualStart)
        #expect(
            injector.apply([Self.message(1)], at: 0).map(\.event)
                == [Self.message(1), Event(to: Self.user(2), .readReceipt(mark, count: 1))])
    }

    @Test(arguments: [Fault(.forget, every: 1), Fault(.miscount, every: 1), Fault(.breach, every: 1)])
    func faultOfTheStateLetsPublicationsPass(fault: Fault) {
        let result = Self.run([fault, Fault(.drop, every: 6)], Self.six)
        #expect(result.passed == ["1", "2", "3", "4", "5"])
        #expect(result.injector.injected.map(\.fault.kind) == [.drop])
    }

    @Test func laterFaultSeesWhatEarlierOnesLetThrough() {
        let result = Self.run([Fault(.drop, every: 2), Fault(.duplicate, every: 2)], Self.six)
        #expect(result.passed == ["1", "3", "3", "5"])
    }

    @Test(arguments: [
        ("drop", Fault(.drop, every: 100)), ("drop:5", Fault(.drop, every: 5)),
        ("duplicate:1", Fault(.duplicate, every: 1)), ("reorder", Fault(.reorder, every: 100)),
        ("leak:7", Fault(.leak, every: 7)), ("delay:250", Fault(.delay(milliseconds: 250), every: 1)),
        ("delay:250:4", Fault(.delay(milliseconds: 250), every: 4)), ("corrupt:2", Fault(.corrupt, every: 2)),
        ("ghost", Fault(.ghost, every: 100)), ("early:3", Fault(.early, every: 3)),
        ("forget:9", Fault(.forget, every: 9)), ("miscount", Fault(.miscount, every: 100)),
        ("breach:1", Fault(.breach, every: 1)),
    ])
    func faultIsRead(text: String, fault: Fault) throws {
        #expect(try Fault(parsing: text) == fault)
        #expect(try Fault(parsing: fault.description) == fault)
    }

    @Test(arguments: [
        ("drpo", "there is no kind \"drpo\""), ("", "there is no kind \"\""),
        ("drop:0", "EVERY has to be a whole number from 1 on, not \"0\""),
        ("drop:x", "EVERY has to be a whole number from 1 on, not \"x\""), ("drop:1:2", "\":2\" is too much"),
        ("delay", "delay needs milliseconds from 1 to 3600000"),
        ("delay:0", "delay needs milliseconds from 1 to 3600000"),
        ("delay:5:-1", "EVERY has to be a whole number from 1 on, not \"-1\""),
    ])
    func wrongFaultIsExplained(text: String, problem: String) {
        #expect(throws: FaultSyntaxError(text: text, problem: problem)) { try Fault(parsing: text) }
        #expect(FaultSyntaxError(text: text, problem: problem).description.contains("KIND[:EVERY]"))
    }
}

private struct Surprise: Error {
    let event: Event

    init(_ event: Event) { self.event = event }
}
