import ChatrixModel

/// What happened in a run, whoever produced it: the operations that were issued, the events that arrived, and the ups and
/// downs of the sessions they arrived on. Append-only; written by the engine, read by checkers and reports.
///
/// Times are nanoseconds since the start of the run on the run's own clock, real or virtual. Users are numbered 0..<users;
/// each has one or more devices, numbered from 0, with connections and sessions of their own.
package struct History: Sendable {
    package var run: Run
    /// The users, in the order of their numbers; one is appended when its account is known.
    package var users: [User] = []
    /// In the order of completion. One that never completed is appended at the end of the run.
    package var operations: [Operation] = []
    /// In the order of arrival.
    package var deliveries: [Delivery] = []
    /// In the order of time.
    package var sessionChanges: [SessionChange] = []
    /// What answers showed, each one's rows together, in the order of `operations`.
    package var observations: [Observation] = []

    package init(run: Run) {
        self.run = run
    }
}

extension History {
    /// The circumstances of a run.
    package struct Run: Sendable, Hashable {
        package enum Clock: String, Sendable { case virtual, real }

        package var scenario: String
        package var seed: UInt64
        package var clock: Clock
        package var userCount: Int
        /// Wall time of nanosecond 0; in virtual runs the virtual clock's.
        package var startedAt: Timestamp
        /// Begin and end of the measured part (after setup, before settling), nanoseconds.
        package var loadStart: Int64 = 0
        package var loadEnd: Int64 = 0
        /// When the engine stopped waiting for deliveries, nanoseconds. Session changes from here on are the closing of
        /// the run and judged by nobody; 0 while the run goes on.
        package var end: Int64 = 0
        /// The run was stopped before its time.
        package var isInterrupted = false
        /// A threshold that ends the run when it is crossed was crossed: its text.
        package var abortedBy: String?
        /// The phases of the load, in order; those that were not reached are missing.
        package var phases: [LoadPhase] = []
        /// How well the generator kept to its plan.
        package var generator = Generator()

        package init(scenario: String, seed: UInt64, clock: Clock, userCount: Int, startedAt: Timestamp) {
            self.scenario = scenario
            self.seed = seed
            self.clock = clock
            self.userCount = userCount
            self.startedAt = startedAt
        }
    }

    /// A part of the load with its own rate or number of users. Nanoseconds.
    package struct LoadPhase: Sendable, Hashable {
        package var name: String
        package var start: Int64
        package var end: Int64
        /// Its figures do not count: neither in the totals nor in thresholds that name no phase. Guarantees hold in it too.
        package var isWarmUp: Bool

        package init(name: String, start: Int64, end: Int64, isWarmUp: Bool = false) {
            self.name = name
            self.start = start
            self.end = end
            self.isWarmUp = isWarmUp
        }
    }

    /// What the generator says about itself: whether the load was the one that was asked for.
    package struct Generator: Sendable, Hashable {
        /// Users that could not be registered and connected; they took no part.
        package var usersFailed = 0
        /// Arrivals that had to wait for a free user, and those that never got one.
        package var arrivalsDelayed = 0
        package var arrivalsDropped = 0
        /// `await` steps whose event did not come in time.
        package var awaitsTimedOut = 0
        /// Due steps of the load, and those that began late by more than the limit of saturation.
        package var dueSteps = 0
        package var lateSteps = 0
        /// Nanoseconds from due to begun, at worst.
        package var lagMax: Int64 = 0
        /// The load was not the planned one, because the generator itself was too slow: the run is void.
        package var isSaturated = false

        package init() {}
    }

    package struct User: Sendable, Hashable {
        package var number: Int
        package var id: UserID
        package var username: String

        package init(number: Int, id: UserID, username: String) {
            self.number = number
            self.id = id
            self.username = username
        }
    }

    /// One request and its answer.
    package struct Operation: Sendable, Hashable {
        package enum Phase: UInt8, Sendable {
            case setup, load, settle
            /// After everything has settled: reads that show what the state came to.
            case audit
        }

        /// What was asked for, and on which way.
        package enum Request: Sendable, Hashable {
            case http(Endpoint.Name)
            /// An event that the device sent over its WebSocket connection. It is complete when its confirmation or an
            /// `error` came back, or, where the API confirms nothing, when it was written.
            case socket(SocketAction)

            package var name: String {
                switch self {
                case .http(let endpoint): endpoint.rawValue
                case .socket(let action): "websocket \(action.rawValue)"
                }
            }
        }

        package enum Result: Sendable, Hashable {
            /// A success status with the body that the route promises; 0 of a WebSocket event.
            case accepted(status: Int)
            /// A documented error answer: nothing was changed.
            case refused(status: Int)
            /// An answer that the client could not read or did not expect.
            case unreadable(status: Int, reason: String)
            /// No answer: whether the operation took effect is unknown.
            case lost(reason: String)
        }

        /// Number in the order of issue, from 0.
        package var id: Int
        package var user: Int
        /// Which of the user's devices sent it.
        package var device = 0
        package var request: Request
        package var phase: Phase
        /// Index of the flow in the scenario and of the step in it, nested ones counted where they stand; -1 outside flows.
        package var flow: Int
        package var step: Int
        /// When the load plan wanted it; latency counts from here.
        package var scheduled: Int64
        /// When it was handed to the connection.
        package var sent: Int64
        /// When the answer was complete, or the wait for it was given up.
        package var completed: Int64
        package var result: Result
        /// Number of the user it is about: partner of the conversation, target of a block.
        package var partner: Int?
        package var conversation: ConversationID?
        /// The message that was created, or that a WebSocket event changed or deleted.
        package var message: MessageID?
        /// Server time in the answer: `created_at` of the message.
        package var createdAt: Timestamp?
        /// Of the content sent, see `History.digest(of:)`; 0 where there is none.
        package var contentDigest: UInt64
        /// Of the preview that the content sent leads to (D-55); 0 where there is none.
        package var previewDigest: UInt64 = 0
        /// A page of messages that was asked for with `before`: marks nothing as read (D-52).
        package var isFurtherPage = false
        /// A list that a filter narrowed: what it lacks says nothing.
        package var isFiltered = false
        /// The only status that the scenario takes for right; `nil` for any success.
        package var expectedStatus: Int?

        package init(
            id: Int, user: Int, endpoint: Endpoint.Name, phase: Phase, flow: Int = -1, step: Int = -1, scheduled: Int64,
            sent: Int64, completed: Int64, result: Result, partner: Int? = nil, conversation: ConversationID? = nil,
            message: MessageID? = nil, createdAt: Timestamp? = nil, contentDigest: UInt64 = 0
        ) {
            self.id = id
            self.user = user
            request = .http(endpoint)
            self.phase = phase
            self.flow = flow
            self.step = step
            self.scheduled = scheduled
            self.sent = sent
            self.completed = completed
            self.result = result
            self.partner = partner
            self.conversation = conversation
            self.message = message
            self.createdAt = createdAt
            self.contentDigest = contentDigest
        }

        /// The route; `nil` of a WebSocket event.
        package var endpoint: Endpoint.Name? {
            get { if case .http(let endpoint) = request { endpoint } else { nil } }
            set { if let newValue { request = .http(newValue) } }
        }

        /// A message was sent, on whichever way.
        package var isSend: Bool { request == .http(.send) || request == .socket(.message) }

        package var isAccepted: Bool {
            if case .accepted = result { true } else { false }
        }

        /// The answer is the one that the scenario wants: a success, or the status that it names.
        package var isExpected: Bool {
            switch result {
            case .accepted(let status): expectedStatus == nil || status == expectedStatus
            case .refused(let status): status == expectedStatus
            case .unreadable, .lost: false
            }
        }

        /// Nanoseconds from the scheduled time to the complete answer.
        package var latency: Int64 { completed - scheduled }
    }

    /// One event that reached a subscriber.
    package struct Delivery: Sendable, Hashable {
        package enum Kind: String, Sendable, CaseIterable {
            case message
            case conversationUpdated = "conversation-updated"
            case readReceipt = "read-receipt"
            case messagesStatus = "messages-status"
            case messagesRead = "messages-read"
            // The events of WebSocket connections beside `message`.
            case messageUpdate = "message-update"
            case messageDelete = "message-delete"
            case typing, call
            case callAccept = "call-accept"
            case callReject = "call-reject"
            case callEnd = "call-end"
            case notification, presence
            /// The event `error` of a WebSocket connection; `note` holds what it says.
            case socketError = "socket-error"
            /// A payload or topic that the documented shapes do not explain; `note` holds its beginning.
            case unreadable

            /// The events that are published over MQTT (D-54, D-55).
            package static let ofMQTT: [Kind] = [
                .message, .conversationUpdated, .readReceipt, .messagesStatus, .messagesRead,
            ]
        }

        /// Number of the user whose session received it.
        package var user: Int
        /// Which of the user's devices.
        package var device = 0
        package var channel = Channel.mqtt
        package var at: Int64
        package var kind: Kind
        /// The user in the topic; another one than the receiver's is a leak in itself.
        package var topicUser: UserID?
        package var conversation: ConversationID?
        /// The message (`message`).
        package var message: MessageID?
        /// The sender of the message, or the reader of a read marking.
        package var actor: UserID?
        /// `created_at`, `last_message_at` or `read_at`.
        package var stamp: Timestamp?
        /// `count` or `unread_count`; 0 where there is none.
        package var count: Int
        /// The call (`call`, `callAccept`, `callReject`, `callEnd`).
        package var call: CallID?
        /// Of the content of a message or of the preview, see `History.digest(of:)`; 0 where there is none.
        package var contentDigest: UInt64 = 0
        /// Of the whole payload, see `History.digest(of:)`: equal for exact repetitions.
        package var payloadDigest: UInt64
        package var note: String?

        package init(
            user: Int, at: Int64, kind: Kind, topicUser: UserID? = nil, conversation: ConversationID? = nil,
            message: MessageID? = nil, actor: UserID? = nil, stamp: Timestamp? = nil, count: Int = 0,
            payloadDigest: UInt64 = 0, note: String? = nil
        ) {
            self.user = user
            self.at = at
            self.kind = kind
            self.topicUser = topicUser
            self.conversation = conversation
            self.message = message
            self.actor = actor
            self.stamp = stamp
            self.count = count
            self.payloadDigest = payloadDigest
            self.note = note
        }
    }

    /// The ways on which events reach a device.
    package enum Channel: String, Sendable, CaseIterable {
        case mqtt
        case webSocket = "websocket"
    }

    /// What an answer showed of the state: one entry of a list of conversations or of a page of messages, in its order.
    package struct Observation: Sendable, Hashable {
        package enum Kind: String, Sendable, CaseIterable {
            /// An entry of GET /chat/conversations.
            case conversation
            /// An entry of GET /chat/conversations/:id/messages.
            case message
        }

        /// `History.Operation.id` of the request.
        package var operation: Int
        package var kind: Kind
        package var conversation: ConversationID
        /// The message, or the last one of the conversation; `nil` in a conversation without messages.
        package var message: MessageID?
        /// The message's sender.
        package var sender: UserID?
        /// The message's `created_at`.
        package var createdAt: Timestamp?
        /// Of the message's content; 0 where there is none.
        package var contentDigest: UInt64
        /// The message's status; `nil` if it was not told.
        package var status: Message.Status?
        /// `unread_count` of a conversation; 0 of a message.
        package var unreadCount: Int

        package init(
            operation: Int = -1, kind: Kind, conversation: ConversationID, message: MessageID? = nil,
            sender: UserID? = nil, createdAt: Timestamp? = nil, contentDigest: UInt64 = 0,
            status: Message.Status? = nil, unreadCount: Int = 0
        ) {
            self.operation = operation
            self.kind = kind
            self.conversation = conversation
            self.message = message
            self.sender = sender
            self.createdAt = createdAt
            self.contentDigest = contentDigest
            self.status = status
            self.unreadCount = unreadCount
        }
    }

    /// A subscriber's event session came up (all subscriptions acknowledged) or went down.
    package struct SessionChange: Sendable, Hashable {
        package var user: Int
        /// Which of the user's devices.
        package var device = 0
        package var channel = Channel.mqtt
        package var at: Int64
        package var isUp: Bool
        /// Why it went down; empty when it came up.
        package var reason: String

        package init(user: Int, at: Int64, isUp: Bool, reason: String = "") {
            self.user = user
            self.at = at
            self.isUp = isUp
            self.reason = reason
        }
    }

    /// 64-bit FNV-1a of the bytes: the same in every run and process.
    package static func digest(of bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    /// The same of an array, without the cost of a generic call for every byte.
    package static func digest(of bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBufferPointer { digest(of: $0) }
    }

    /// The same of the UTF-8 bytes of a text.
    package static func digest(of text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { digest(of: $0) }
    }
}

extension History.Delivery {
    /// The delivery of an event that could be read.
    package init(of event: Event, to user: Int, at: Int64, payloadDigest: UInt64) {
        self.init(user: user, at: at, kind: .message, topicUser: event.recipient, payloadDigest: payloadDigest)
        conversation = event.conversation
        switch event.body {
        case .newMessage(let value):
            message = value.id
            actor = value.sender
            stamp = value.createdAt
            contentDigest = History.digest(of: value.content)
        case .conversationUpdated(_, let lastMessageAt, let preview):
            kind = .conversationUpdated
            stamp = lastMessageAt
            contentDigest = History.digest(of: preview)
        case .readReceipt(let mark, let count):
            kind = .readReceipt
            (actor, stamp, self.count) = (mark.reader, mark.readAt, count)
        case .messagesStatus(let mark, let count):
            kind = .messagesStatus
            (actor, stamp, self.count) = (mark.reader, mark.readAt, count)
        case .messagesRead(let mark, let unreadCount):
            kind = .messagesRead
            (actor, stamp, count) = (mark.reader, mark.readAt, unreadCount)
        }
    }
}
