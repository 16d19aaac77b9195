import ChatrixModel

// What is expected where a knob lets deployments choose; without a profile the reference's choice.

extension Knobs {
    /// Whether a query that repeats its first parameter, or has it malformed, is refused (D-40 to D-42).
    func refuse(_ query: String) -> Bool {
        if query.hasPrefix("limit=") { return limitOutOfRange == .refused }
        return badCursor == .refused || !query.hasPrefix("before=")
    }
}

extension Lab {
    // MARK: Lists

    /// D-40: what a list answers to a limit that is none. The list has more than `maximum` items where limits are clamped.
    func expectBadLimit(
        _ reply: Reply, _ limit: String, of name: String, default standard: Int = 20, maximum: Int = 50
    ) throws {
        guard knobs.limitOutOfRange == .clamp else {
            return try reply.expect(
                reply.status == 400, "expected status 400 for limit=\(limit), found \(reply.status)")
        }
        let count = try reply.expect(200).json[name].items().count
        // Digits beyond any machine number may be too large or no number at all.
        let expected = limit.utf8.count > 9 ? [maximum, standard] : Int(limit) ?? 0 > maximum ? [maximum] : [standard]
        try reply.expect(
            expected.contains(count), "expected \(expected[0]) items for limit=\(limit), found \(count)")
    }

    /// D-41: what a list answers to a `before` that is none; `count` items are on its first page.
    func expectBadCursor(_ reply: Reply, _ cursor: String, of name: String, firstPage count: Int) throws {
        let expected: Int
        switch knobs.badCursor {
        case .skip: throw Check.Skip("the profile says bad-cursor: skip")
        case .refused:
            return try reply.expect(
                reply.status == 400, "expected status 400 for before=\(cursor), found \(reply.status)")
        case .emptyPage: expected = 0
        case .ignore: expected = count
        }
        try reply.expect(200).json[name].expectCount(expected)
    }

    /// D-39: `next_cursor` where nothing follows; `value` is the cursor of the last item, `nil` any text.
    func expectLastCursor(_ node: Node, _ value: String? = nil) throws {
        let isNull = FieldRules(knobs).isAbsent(node.value)
        if knobs.lastPageCursor == .null { return try node.expectNull() }
        if knobs.lastPageCursor == .either, isNull { return }
        try value.map { try node.expect(.string($0)) } ?? node.expectText()
    }

    // MARK: Statuses

    /// D-51: the status of an unread message, by whether its recipient has been shown it. Skips where the profile says so.
    func unreadStatus(isShown: Bool) throws -> String {
        switch knobs.deliveredOn {
        case .retrieval: isShown ? "delivered" : "sent"
        case .publish: "delivered"
        case .never: "sent"
        case .skip: throw Check.Skip("the profile says delivered-on: skip")
        }
    }

    /// D-52: the status of an unread message on the page that marks it as read.
    func expectMarkingStatus(_ node: Node) throws {
        let before = try unreadStatus(isShown: true)
        switch knobs.firstPageStatus {
        case .beforeMarking: try node.expect(.string(before))
        case .afterMarking: try node.expect("read")
        case .either: try node.expect(oneOf: before, "read")
        }
    }

    // MARK: Events

    /// D-53: what a marking by `reader` publishes that found nothing unread.
    func expectNoopReading(_ published: Publications, by reader: Account) throws {
        switch knobs.readNoopEvents {
        case .none: return try published.expectTopics([])
        case .either where published.all.isEmpty: return
        case .publish, .either:
            guard published.topics.contains("chat/\(reader.id)/messages-status") else {
                throw published.failure("expected the status for the reader")
            }
            for index in published.all.indices { try published[index]["read_by"].expect(.string(reader.id)) }
        }
    }

    /// D-55: the message for its recipient first, then the conversation for those who are told of it.
    func expectNewMessage(_ published: Publications, from sender: Account, to recipient: Account) throws {
        let first = "chat/\(recipient.id)/messages"
        let own = "chat/\(recipient.id)/conversations"
        switch knobs.newMessageConversationEvent {
        case .recipient: try published.expectTopics([first, own])
        case .allParticipants:
            let rest = [own, "chat/\(sender.id)/conversations"].sorted()
            guard published.topics.first == first, published.topics.dropFirst().sorted() == rest else {
                throw published.failure("expected \(first), then \(rest), found \(published.topics)")
            }
        }
    }
}

extension Reply {
    /// D-87: the end of the rate window that `X-RateLimit-Reset` names, in milliseconds since 1970; `nil` where any text
    /// will do. `now` is the time of the answer.
    func rateReset(at now: Int64 = 0) throws -> Int64? {
        let name = "X-RateLimit-Reset"
        switch knobs.rateLimitReset {
        case .unixSeconds: return try Int64(integerHeader(name)) * 1000
        case .unixMilliseconds: return try Int64(integerHeader(name))
        case .deltaSeconds: return try now + Int64(integerHeader(name)) * 1000
        case .iso8601:
            guard let text = try header(name), let time = Timestamp(text) else {
                throw failure("expected the header \(name) with a timestamp, found \(try header(name) ?? "none")")
            }
            return time.milliseconds
        case .any:
            guard let text = try header(name), !text.isEmpty else { throw failure("expected the header \(name)") }
            return nil
        }
    }

    /// The end of the window, in its format and less than a second late.
    func expectRateReset(_ end: Int64, at now: Int64) throws {
        guard let found = try rateReset(at: now) else { return }
        try expect(
            (end..<end + 1000).contains(found),
            "expected X-RateLimit-Reset for \(Timestamp(milliseconds: end)), found \(Timestamp(milliseconds: found))")
    }

    /// The three headers, each in its format.
    func expectRateHeaders() throws {
        for name in ["X-RateLimit-Limit", "X-RateLimit-Remaining"] { _ = try integerHeader(name) }
        _ = try rateReset()
    }
}
