import ChatrixModel
import Testing

@testable import ChatrixReference

/// The rules of delivery without any socket (D-96).
@Suite struct WebhookQueueTests {
    private static let start = Timestamp.virtualStart
    private var queue = WebhookQueue()
    private var random = SplitMix64(seed: 1)
    private var ids: [UUIDv4] = []

    @discardableResult
    private mutating func subscribe(_ url: String = "http://a.test/", events: Set<WebhookEvent>? = nil) throws -> UUIDv4
    {
        let id = UUIDv4(random: random.next(), random.next())
        queue.subscribe(id, to: events, at: try #require(WebhookURL(url)), secret: "s")
        return id
    }

    private mutating func add(
        _ event: WebhookEvent = .messageCreated, _ body: String = "{}", at milliseconds: Int64 = 0
    ) {
        _ = queue.add(event, Array(body.utf8), at: Self.start + milliseconds, random: &random)
    }

    private mutating func take(at milliseconds: Int64, inOrder: Bool = true) -> WebhookAttempt? {
        queue.takeAttempt(at: Self.start + milliseconds, inOrder: inOrder)
    }

    private mutating func finish(_ attempt: WebhookAttempt?, _ succeeded: Bool, at milliseconds: Int64? = nil) throws
        -> WebhookQueue.Conclusion?
    {
        queue.finish(try #require(attempt).number, succeeded: succeeded, at: milliseconds.map { Self.start + $0 })
    }

    private func text(_ attempt: WebhookAttempt?) -> String? {
        attempt.map { String(decoding: $0.body, as: UTF8.self) }
    }

    private func header(_ name: String, _ attempt: WebhookAttempt?) -> String? {
        attempt?.headers.first { $0.name == name }?.value
    }

    /// WEBHOOK-SIG-05, WEBHOOK-SIG-06.
    @Test mutating func aFailedDeliveryIsRepeatedFiveTimesAndThenGivenUp() throws {
        try subscribe()
        add(at: 3)
        var due: Int64 = 3
        var seen: [[String]] = []
        for (index, wait) in [5_000, 30_000, 120_000, 600_000, 3_600_000, 0].enumerated() {
            if due > 3 { #expect(take(at: due - 1) == nil) }
            let attempt = take(at: due + 77)
            #expect(attempt?.due == Self.start + due)
            #expect(attempt?.ordinal == index + 1)
            seen.append([text(attempt) ?? ""] + (attempt?.headers.map(\.value) ?? []))
            due += Int64(wait)
            #expect(try finish(attempt, false) == (wait > 0 ? .retry(at: Self.start + due) : .givenUp))
        }
        #expect(Set(seen).count == 1)
        #expect(take(at: 1_000_000_000) == nil)
        #expect(queue.nextDue == nil)
        #expect(queue.counts(at: Self.start) == .init(subscriptions: 1, failed: 1))
    }

    @Test mutating func onTheRealClockTheWaitCountsFromTheFailure() throws {
        try subscribe()
        add()
        #expect(try finish(take(at: 0), false, at: 1234) == .retry(at: Self.start + 6234))
    }

    @Test mutating func aFailingDeliveryDoesNotHoldUpLaterOnes() throws {
        try subscribe()
        for name in ["1", "2", "3"] { add(.messageCreated, name) }
        var order: [String?] = []
        while let attempt = take(at: 0) {
            order.append(text(attempt))
            _ = try finish(attempt, text(attempt) != "1")
        }
        #expect(order == ["1", "2", "3"])
        #expect(text(take(at: 5000)) == "1")
    }

    @Test mutating func aSubscriptionGetsOneAttemptAtATimeUnlessItIsSlow() throws {
        try subscribe()
        for number in 1...20 { add(.messageCreated, "\(number)") }
        let first = try #require(take(at: 0))
        #expect(take(at: 0) == nil)
        queue.letNextStart(after: first.number)
        let second = try #require(take(at: 0))
        #expect(text(second) == "2")
        #expect(take(at: 0) == nil)
        // The end of the slow one lets nobody past the one that is under way now.
        _ = try finish(first, true)
        #expect(take(at: 0) == nil)
        _ = try finish(second, true)
        var last = try #require(take(at: 0))
        #expect(text(last) == "3")
        for _ in 1..<16 {
            queue.letNextStart(after: last.number)
            last = try #require(take(at: 0))
        }
        queue.letNextStart(after: last.number)
        #expect(take(at: 0) == nil, "more than 16 under way")
    }

    @Test mutating func aSlowReceiverDoesNotHoldUpOthers() throws {
        try subscribe("http://slow.test/")
        try subscribe("http://fast.test/")
        add(.messageCreated, "1")
        add(.messageCreated, "2")
        #expect(take(at: 0)?.url.host == "slow.test")
        let fast = take(at: 0)
        #expect(fast?.url.host == "fast.test")
        _ = try finish(fast, true)
        #expect(text(take(at: 0)) == "2")
    }

    @Test mutating func timeThatJumpsKeepsTheOrderOfRetries() throws {
        try subscribe("http://a.test/", events: [.messageCreated])
        try subscribe("http://b.test/", events: [.userUpdated])
        add(.messageCreated, at: 0)
        _ = try finish(take(at: 0), false)
        add(.userUpdated, at: 1000)
        _ = try finish(take(at: 1000), false)
        var seen: [String] = []
        while let attempt = take(at: 50_000) {
            let later = take(at: 50_000)
            #expect(later?.number == nil, "what was due at \(attempt.due) has not ended")
            seen.append("\(attempt.url.host) \(attempt.due - Self.start)")
            _ = try finish(attempt, false)
        }
        #expect(seen == ["a.test 5000", "b.test 6000", "a.test 35000", "b.test 36000"])
        let unordered = [take(at: 200_000, inOrder: false), take(at: 200_000, inOrder: false)]
        #expect(unordered.map { $0?.url.host } == ["a.test", "b.test"])
    }

    @Test mutating func eachSubscriptionGetsWhatItWantsWithAnIDOfItsOwn() throws {
        try subscribe("http://all.test/")
        try subscribe("http://calls.test/", events: [.callStarted, .callEnded])
        #expect(queue.wants(.callStarted) && queue.wants(.messageCreated))
        add(.messageCreated)
        add(.callEnded)
        var seen: [String] = []
        var deliveries: Set<String> = []
        while let attempt = take(at: 0) {
            seen.append("\(attempt.url.host) \(header("X-Chatrix-Event", attempt) ?? "")")
            deliveries.insert(header("X-Chatrix-Delivery", attempt) ?? "")
            _ = try finish(attempt, true)
        }
        #expect(seen == ["all.test message.created", "all.test call.ended", "calls.test call.ended"])
        #expect(deliveries.count == 3)
        #expect(deliveries.allSatisfy { UUIDv4($0)?.description == $0 && $0.dropFirst(14).first == "4" })
    }

    @Test mutating func theEndOfASubscriptionDropsWhatWaits() throws {
        let id = try subscribe()
        add()
        add()
        let attempt = take(at: 0)
        let isRemoved = queue.unsubscribe(id)
        #expect(isRemoved)
        let isRemovedAgain = queue.unsubscribe(id)
        #expect(!isRemovedAgain)
        #expect(try finish(attempt, true) == nil)
        #expect(queue.counts(at: Self.start) == .init(dropped: 2))
    }

    @Test mutating func aFullQueueDropsTheOldest() throws {
        try subscribe()
        add(.messageCreated, "failing")
        _ = try finish(take(at: 0), false)
        for number in 1...WebhookQueue.waitingMax { add(.messageCreated, "\(number)") }
        #expect(queue.droppedCount == 1)
        #expect(queue.counts(at: Self.start) == .init(subscriptions: 1, due: WebhookQueue.waitingMax, dropped: 1))
        add(.messageCreated, "one more")
        #expect(text(take(at: 0)) == "2")
        #expect(queue.droppedCount == 2)
    }

    @Test mutating func numbersOutliveAStartOver() throws {
        try subscribe()
        add()
        let old = take(at: 0)
        queue = WebhookQueue(after: queue)
        try subscribe()
        add()
        let new = take(at: 0)
        #expect(old?.number != new?.number)
        #expect(try finish(old, true) == nil)
        #expect(try finish(new, true) == .delivered)
    }

    @Test mutating func whatIsOutstandingSaysWhenAnAdvanceIsComplete() throws {
        try subscribe()
        #expect(queue.earliestOutstanding == nil)
        add(at: 3)
        #expect(queue.earliestOutstanding == Self.start + 3)
        let attempt = take(at: 3)
        #expect(queue.earliestOutstanding == Self.start + 3)
        _ = try finish(attempt, false)
        #expect(queue.earliestOutstanding == Self.start + 5003)
        #expect(queue.nextDue == Self.start + 5003)
    }

    /// RFC 4231, test cases 1 and 2, and 6 with a key longer than a block.
    @Test func signatureIsHMACSHA256() {
        #expect(
            WebhookQueue.signature(of: Array("Hi There".utf8), secret: [UInt8](repeating: 0x0B, count: 20))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            WebhookQueue.signature(of: Array("what do ya want for nothing?".utf8), secret: Array("Jefe".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            WebhookQueue.signature(
                of: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                secret: [UInt8](repeating: 0xAA, count: 131))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func urlsAreTakenApart() throws {
        let plain = try #require(WebhookURL("http://example.com"))
        #expect([plain.host, plain.target, plain.authority] == ["example.com", "/", "example.com"])
        #expect(plain.port == 80 && !plain.usesTLS)
        let full = try #require(WebhookURL("HTTPS://[::1]:8443/a/b?c=d#e"))
        #expect([full.host, full.target, full.authority] == ["::1", "/a/b?c=d", "[::1]:8443"])
        #expect(full.port == 8443 && full.usesTLS)
        #expect(WebhookURL("https://h?x")?.target == "/?x")
        #expect(WebhookURL("https://h")?.port == 443)
    }

    @Test(arguments: [
        "", "/hook", "example.com/hook", "ftp://example.com", "http://", "http:///x", "http://:80/", "http://h:0/",
        "http://h:65536/", "http://h:x/", "http://h:+1/", "http://user:pass@h/", "http://h/a b", "http://h/\r\nX: y",
        "http://[::1/", "http://[::1]x/", "http://[h]/", "http://hé/", "//h/", "http:/h",
    ])
    func otherTextsAreNoURL(text: String) {
        #expect(WebhookURL(text) == nil)
    }
}
