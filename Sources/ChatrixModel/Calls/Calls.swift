package enum CallsCommand: Sendable {
    /// POST /calls.
    case create(CallDraft)
    /// POST /calls/:callId/answer, with a session description that has passed the rules of form (D-83).
    case answer(CallID, answer: JSON)
    /// POST /calls/:callId/end.
    case end(CallID)
    /// The WebSocket event `call_reject` (D-81).
    case reject(CallID)
}

package enum CallsReply: Sendable {
    /// 201.
    case created(Call)
    case answered(Call)
    /// Also of a rejected call.
    case ended(Call)
}

/// A call whose fields have passed the rules of form (D-83).
package struct CallDraft: Sendable, Hashable {
    package var recipient: UserID
    package var kind: Call.Kind
    /// `{"type": "offer", "sdp": text}`, passed on as it came.
    package var offer: JSON

    package init(
        recipient: UserID, kind: Call.Kind, offer: JSON
    ) {
        self.recipient = recipient
        self.kind = kind
        self.offer = offer
    }
}

/// The body of the call endpoints.
package struct Call: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable { case audio, video }
    package enum Status: String, Sendable { case ringing, inProgress = "in_progress", ended }

    package var id: CallID
    package var caller: UserID
    package var recipient: UserID
    package var kind: Kind
    package var status: Status
    /// Of the creation; never changes.
    package var startedAt: Timestamp
    package var answeredAt: Timestamp?
    package var endedAt: Timestamp?
    /// Whole seconds since `startedAt` (D-82).
    package var durationSeconds: Int

    package init(
        id: CallID, caller: UserID, recipient: UserID, kind: Kind, status: Status, startedAt: Timestamp,
        answeredAt: Timestamp? = nil, endedAt: Timestamp? = nil, durationSeconds: Int
    ) {
        self.id = id
        self.caller = caller
        self.recipient = recipient
        self.kind = kind
        self.status = status
        self.startedAt = startedAt
        self.answeredAt = answeredAt
        self.endedAt = endedAt
        self.durationSeconds = durationSeconds
    }
}
