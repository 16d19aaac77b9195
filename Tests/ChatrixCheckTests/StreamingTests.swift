import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

/// The judge takes a history in pieces and keeps only what the horizon needs.
@Suite struct StreamingTests {
    /// Cut at random times; the kinds of records are up to 400 ms apart.
    private func judged(_ history: History, _ settings: Judge.Settings, seed: UInt64, pieces: Int) -> Judgement {
        var random = SeededRandom(seed: seed)
        let end = max(history.operations.last?.completed ?? 0, history.deliveries.last?.at ?? 0)
        var cuts = (0..<pieces).map { _ in Int64.random(in: 0...end, using: &random) }.sorted()
        cuts.append(.max)
        var judge = Judge(run: history.run, settings: settings)
        for user in history.users { judge.add(History.Batch(users: [user])) }
        var (operation, delivery, change) = (0, 0, 0)
        for cut in cuts {
            func moved() -> Int64 {
                cut == .max ? .max : cut + Int64.random(in: -200_000_000...200_000_000, using: &random)
            }
            let ends = [moved(), moved(), moved()]
            var batch = History.Batch()
            while operation < history.operations.count, history.operations[operation].completed <= ends[0] {
                batch.operations.append(history.operations[operation])
                operation += 1
            }
            while delivery < history.deliveries.count, history.deliveries[delivery].at <= ends[1] {
                batch.deliveries.append(history.deliveries[delivery])
                delivery += 1
            }
            while change < history.sessionChanges.count, history.sessionChanges[change].at <= ends[2] {
                batch.sessionChanges.append(history.sessionChanges[change])
                change += 1
            }
            judge.add(batch)
        }
        return judge.finish(history.run)
    }

    private func sorted(_ judgement: Judgement) -> [String] {
        judgement.findings.flatMap { finding in
            ["\(finding.guarantee) \(finding.verdict.name) \(finding.violationCount) \(finding.remarks)"]
                + finding.violations.map { "\($0.statement) \($0.window)" }.sorted()
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func piecesAreJudgedAsTheWhole(seed: UInt64) {
        var history = Rehearsal(seed: seed, users: 9, operations: 900, spacing: 40).history
        var random = SeededRandom(seed: seed)
        // Some things are wrong in every second history.
        for _ in 0..<(seed.isMultiple(of: 2) ? 8 : 0) {
            let index = Int.random(in: 0..<history.deliveries.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: history.deliveries.remove(at: index)
            case 1: history.deliveries.insert(history.deliveries[index], at: index)
            default: history.deliveries[index].contentDigest = 77
            }
        }
        for horizon in [30_000_000_000, 8_000_000_000] as [Int64] {
            var settings = Judge.Settings()
            settings.horizon = horizon
            let whole = Judge.judge(history, settings: settings)
            for pieces in [1, 7, 60, 400] {
                let judgement = judged(history, settings, seed: seed &+ UInt64(pieces), pieces: pieces)
                #expect(sorted(judgement) == sorted(whole), "seed \(seed), \(pieces) pieces, horizon \(horizon)")
                #expect(judgement.counts == whole.counts)
            }
        }
    }

    @Test func memoryIsThatOfTheHorizon() throws {
        var judge = Judge(run: Story(users: 2).history.run)
        var story = Story(users: 2, end: Int(Int32.max))
        story.ensure(0, 1, at: 10)
        judge.add(story.history.batch)
        var largest = 0
        for day in 0..<20 {
            for number in 0..<500 {
                var part = Story(users: 0)
                let at = 100 + (day * 500 + number) * 1000
                part.send(day * 500 + number, 0, to: 1, at: at, message: at + 6, update: at + 7)
                if number.isMultiple(of: 3) { part.read(1, 0, at: at + 20, count: number == 0 ? min(at, 1) : 1) }
                judge.add(part.history.batch)
            }
            let open = judge.openCount
            if day == 0 { largest = open } else { #expect(open <= largest + 8, "day \(day): \(open)") }
        }
        #expect(largest < 1000)
    }

    @Test func figuresAreThereWhileTheRunGoesOn() throws {
        var story = Story()
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: 900, update: 901)
        story.history.run.phases = [.init(name: "peak", start: 0, end: 60_000_000_000)]
        var slow = try Threshold(parsing: "delivery.message.max{phase: peak} < 500ms")
        slow.abortsOnFail = true
        slow.abortDelay = 5_000_000_000
        var judge = Judge(run: story.history.run, thresholds: [slow])
        judge.add(story.recorded.batch)
        #expect(judge.provisional(at: 1_000_000_000).map(\.state) == [.crossed])
        #expect(judge.abortReason(at: 4_000_000_000) == nil)
        #expect(judge.abortReason(at: 5_000_000_000)?.measured == 800)
    }

    @Test func warmUpCountsOnlyWhenItIsNamed() throws {
        var story = Story()
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: 900, update: 901)
        story.send(2, 0, to: 1, at: 5_000, message: 5_010, update: 5_011)
        story.history.run.phases = [
            .init(name: "warm", start: 0, end: 1_000_000_000, isWarmUp: true),
            .init(name: "peak", start: 1_000_000_000, end: 60_000_000_000),
        ]
        let judgement = try story.judged([
            "delivery.message.max < 50ms", "delivery.message.max{phase: warm} < 50ms",
            "http.send.requests == 1", "http.requests{phase: warm} == 2", "messages.sent == 2",
            "http.requests{phase: none} == 0",
        ])
        #expect(judgement.thresholds.map(\.state) == [.held, .crossed, .held, .held, .held, .held])
    }
}

/// Devices and channels are subscribers of their own.
@Suite struct SubscriberTests {
    private func phone(_ channel: History.Channel = .mqtt) -> Story {
        var story = Story()
        var change = History.SessionChange(user: 1, at: 5_000_000, isUp: true)
        change.device = channel == .mqtt ? 1 : 0
        change.channel = channel
        story.history.sessionChanges.append(change)
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        return story
    }

    private func copies(_ story: inout Story, _ channel: History.Channel, _ kinds: [Story.Kind]) {
        for delivery in story.history.deliveries where kinds.contains(delivery.kind) {
            var copy = delivery
            copy.device = channel == .mqtt ? 1 : 0
            copy.channel = channel
            if channel == .webSocket { copy.topicUser = nil }
            story.history.deliveries.append(copy)
        }
    }

    @Test func eachDeviceGetsEachEvent() throws {
        var story = phone()
        copies(&story, .mqtt, [.message, .conversationUpdated])
        #expect(try story.judged().findings.allSatisfy { $0.verdict == .valid })
        #expect(try story.judged().counts.expected == 4)
    }

    @Test func deviceThatGotNothingIsNamed() throws {
        var story = phone()
        copies(&story, .mqtt, [.conversationUpdated])
        let judgement = try story.judged()
        #expect(judgement.broken == [.complete])
        #expect(judgement.statements(.complete)[0].hasSuffix("never reached user 1 on device 1"))
    }

    @Test func webSocketConnectionGetsMessagesAlone() throws {
        var story = phone(.webSocket)
        let statements = try story.judged().statements(.complete)
        #expect(statements.count == 1)
        #expect(statements[0].hasSuffix("never reached user 1 over WebSocket"))
        copies(&story, .webSocket, [.message])
        #expect(try story.judged().findings.allSatisfy { $0.verdict == .valid })
    }

    @Test func connectionThatChoseItsEventsIsExcused() throws {
        var story = phone(.webSocket)
        let index = story.operation(.read, by: 1, partner: nil, at: 50)
        story.history.operations[index].request = .socket(.unsubscribe)
        #expect(try story.judged().broken == [])
        #expect(try story.judged().counts.excused == 1)
    }

    @Test func callsReachTheOtherParty() throws {
        var story = phone(.webSocket)
        copies(&story, .webSocket, [.message])
        story.operation(.createCall, by: 0, partner: 1, at: 300)
        let missing = try story.judged()
        #expect(missing.broken == [.complete])
        #expect(missing.statements(.complete)[0].hasPrefix("the call event of createCall by user 0"))
        var call = History.Delivery(user: 1, at: 306_000_000, kind: .call)
        call.channel = .webSocket
        call.call = CallID(prefix: 9, number: 1)
        story.history.deliveries.append(call)
        #expect(try story.judged().findings.allSatisfy { $0.verdict == .valid })
        call.user = 2
        story.history.deliveries.append(call)
        #expect(try story.judged().broken == [.private])
        #expect(try story.judged().statements(.private)[0].hasSuffix("though no call of the run was addressed to him"))
    }

    @Test func typingPassesNoBlockAndLeavesNoConversation() throws {
        var story = phone(.webSocket)
        copies(&story, .webSocket, [.message])
        var typing = History.Delivery(
            user: 1, at: 20_000_000_000, kind: .typing, conversation: Story.conversation(0, 1), actor: Story.user(0))
        typing.channel = .webSocket
        story.history.deliveries.append(typing)
        #expect(try story.judged().broken == [])
        var blocked = story
        blocked.operation(.block, by: 1, partner: 0, at: 400)
        #expect(try blocked.judged().broken == [.private])
        story.history.deliveries[story.history.deliveries.count - 1].user = 2
        #expect(try story.judged().broken == [.private])
    }
}
