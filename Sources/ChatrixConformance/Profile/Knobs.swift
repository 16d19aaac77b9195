/// Where a deployment may depart from the defaults of the decisions without being at fault.
///
/// A check reads them through its `Lab`. The default of each is what the reference does.
package struct Knobs: Sendable, Hashable {
    package enum LimitOutOfRange: String, CaseIterable, Sendable { case refused = "400", clamp }
    package enum LastPageCursor: String, CaseIterable, Sendable { case value, null, either }
    package enum BadCursor: String, CaseIterable, Sendable {
        case refused = "400", emptyPage = "empty-page", ignore, skip
    }
    package enum ReadNoopEvents: String, CaseIterable, Sendable { case none, publish, either }
    package enum MessagesReadUnreadCount: String, CaseIterable, Sendable { case own, reader, skip }
    package enum FirstPageStatus: String, CaseIterable, Sendable {
        case beforeMarking = "before-marking"
        case afterMarking = "after-marking"
        case either
    }
    package enum DeliveredOn: String, CaseIterable, Sendable { case retrieval, publish, never, skip }
    package enum NewMessageConversationEvent: String, CaseIterable, Sendable {
        case recipient
        case allParticipants = "all-participants"
    }
    package enum RateLimitReset: String, CaseIterable, Sendable {
        case unixSeconds = "unix-seconds"
        case unixMilliseconds = "unix-millis"
        case iso8601 = "iso-8601"
        case deltaSeconds = "delta-seconds"
        case any
    }
    package enum AbsentOptionals: String, CaseIterable, Sendable { case null, omitted, either }
    package enum ExtraFields: String, CaseIterable, Sendable { case forbid, allow }
    package enum RateLimits: String, CaseIterable, Sendable { case documented, off, skip }
    package enum Permission: String, CaseIterable, Sendable { case allow, skip }
    package enum Channel: String, CaseIterable, Sendable { case check, skip }

    package var limitOutOfRange = LimitOutOfRange.refused
    package var lastPageCursor = LastPageCursor.value
    package var badCursor = BadCursor.refused
    package var readNoopEvents = ReadNoopEvents.none
    package var messagesReadUnreadCount = MessagesReadUnreadCount.own
    package var firstPageStatus = FirstPageStatus.beforeMarking
    package var deliveredOn = DeliveredOn.retrieval
    package var newMessageConversationEvent = NewMessageConversationEvent.recipient
    package var rateLimitReset = RateLimitReset.unixSeconds
    package var absentOptionals = AbsentOptionals.null
    package var extraFields = ExtraFields.forbid
    /// Empty, or a text that begins with a slash and does not end in one.
    package var pathPrefix = ""
    package var eventWaitMilliseconds = 2000
    package var destructiveAdmin = Permission.allow
    package var rateLimits = RateLimits.documented
    package var mqtt = Channel.check
    package var webSocket = Channel.check
    package var webhooks = Channel.check

    package init() {}

    /// What a run against a deployment starts from: nothing of others is deleted there unless its profile allows it.
    package static var deployment: Knobs {
        var knobs = Knobs()
        knobs.destructiveAdmin = .skip
        return knobs
    }
}

/// A knob by the name that it has in profiles and reports.
package struct Knob: Sendable {
    package enum Values: Sendable, Hashable {
        /// One of these; the first is the default.
        case words([String])
        case number(ClosedRange<Int>)
        /// Empty, or a path such as `/api`.
        case pathPrefix
    }

    package let name: String
    package let values: Values
    /// The decision that names it.
    package let decision: String
    /// What it says about a deployment.
    package let summary: String
    private let read: @Sendable (Knobs) -> String
    private let write: @Sendable (inout Knobs, String) -> Bool

    package func value(in knobs: Knobs) -> String { read(knobs) }

    package var defaultValue: String { read(Knobs()) }

    /// Takes a value; false, and nothing changed, if it is none of `values`.
    package func set(_ value: String, in knobs: inout Knobs) -> Bool { write(&knobs, value) }

    private static func choice<Value: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ name: String, _ path: any WritableKeyPath<Knobs, Value> & Sendable, _ decision: String, _ summary: String
    ) -> Knob {
        Knob(
            name: name, values: .words(Value.allCases.map(\.rawValue)), decision: decision, summary: summary,
            read: { $0[keyPath: path].rawValue },
            write: { knobs, text in
                guard let value = Value(rawValue: text) else { return false }
                knobs[keyPath: path] = value
                return true
            })
    }

    private static let eventWait = Knob(
        name: "event-wait-ms", values: .number(0...60_000), decision: "D-57",
        summary: "How long a publication may take to arrive, in milliseconds.",
        read: { String($0.eventWaitMilliseconds) },
        write: { knobs, text in
            guard let value = Int(text), (0...60_000).contains(value) else { return false }
            knobs.eventWaitMilliseconds = value
            return true
        })

    private static let pathPrefix = Knob(
        name: "path-prefix", values: .pathPrefix, decision: "D-09",
        summary: "What stands before every path; the same as a path in the address of `--http`.",
        read: { $0.pathPrefix },
        write: { knobs, text in
            var prefix = text[...]
            while prefix.last == "/" { prefix = prefix.dropLast() }
            let isPath = prefix.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x23 }
            guard prefix.isEmpty || prefix.first == "/", isPath else { return false }
            knobs.pathPrefix = String(prefix)
            return true
        })

    /// In the order of the index of the decisions.
    package static let all: [Knob] = [
        .choice(
            "absent-optionals", \.absentOptionals, "D-02",
            "How a field without a value appears: as `null`, not at all, or either way."),
        .choice("extra-fields", \.extraFields, "D-02", "Whether answers may have fields that are not documented."),
        pathPrefix,
        .choice(
            "last-page-cursor", \.lastPageCursor, "D-39",
            "`next_cursor` of the last page: the last item's, `null`, or either."),
        .choice(
            "limit-out-of-range", \.limitOutOfRange, "D-40",
            "A `limit` that is none is refused, or read as the maximum (above it) or the default (anything else)."),
        .choice(
            "bad-cursor", \.badCursor, "D-41",
            "A malformed or unknown `before` is refused, gives an empty page, is ignored, or is not looked at."),
        .choice(
            "delivered-on", \.deliveredOn, "D-51",
            "What makes a message `delivered`: that its recipient was shown it, its publication, nothing; or not looked at."
        ),
        .choice(
            "first-page-status", \.firstPageStatus, "D-52",
            "The page that marks as read shows the statuses from before or after the marking, or either."),
        .choice(
            "read-noop-events", \.readNoopEvents, "D-53",
            "What is published when there was nothing to mark: nothing, the events of a marking, or either."),
        .choice(
            "messages-read-unread-count", \.messagesReadUnreadCount, "D-54",
            "Whose `unread_count` the update after a marking shows: the addressed participant's own or the reader's; "
                + "or not looked at."),
        .choice(
            "new-message-conversation-event", \.newMessageConversationEvent, "D-55",
            "Who is told of a conversation with a new message: the recipient, or the sender too."),
        eventWait,
        .choice("mqtt", \.mqtt, "D-58", "Whether publications are looked at."),
        .choice(
            "ratelimit-reset", \.rateLimitReset, "D-87",
            "Format of `X-RateLimit-Reset`; `any` looks only for its presence."),
        .choice(
            "rate-limits", \.rateLimits, "D-88",
            "Whether requests are counted as documented or not at all (then no headers either); or not looked at."),
        .choice("websocket", \.webSocket, "D-90", "Whether WebSocket connections are looked at."),
        .choice("webhooks", \.webhooks, "D-97", "Whether webhooks are looked at."),
        .choice(
            "admin-destructive", \.destructiveAdmin, "D-99",
            "Whether cleanup and deletion by the admin routes are called; a deployment's profile has to allow it."),
    ]

    package static func named(_ name: String) -> Knob? { all.first { $0.name == name } }
}

extension Knobs {
    /// The knobs that are not at their default, with their values, in the order of `Knob.all`.
    package var departures: [(knob: Knob, value: String)] {
        Knob.all.filter { $0.value(in: self) != $0.defaultValue }.map { ($0, $0.value(in: self)) }
    }

    /// What the profile rules out, with the reason for those who ask.
    func reasonWithout(_ capability: Capability) -> String? {
        switch capability {
        case .events where mqtt == .skip, .broker where mqtt == .skip: "the profile says mqtt: skip"
        case .webSocket where webSocket == .skip: "the profile says websocket: skip"
        case .webhooks where webhooks == .skip: "the profile says webhooks: skip"
        case .destructiveAdmin where destructiveAdmin == .skip: "the profile does not say admin-destructive: allow"
        default: nil
        }
    }
}
