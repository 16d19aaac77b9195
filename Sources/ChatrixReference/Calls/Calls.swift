import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: CallsCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        switch command {
        case .create(let draft): startCall(draft, by: caller, at: time)
        case .answer(let id, let answer): answerCall(id, answer, by: caller, at: time)
        case .end(let id): endCall(id, by: caller, at: time)
        case .reject(let id): rejectCall(id, by: caller, at: time)
        }
    }

    /// CALL-CREATE: a block in either direction is the only reason why a user cannot be called (D-83).
    private mutating func startCall(_ draft: CallDraft, by caller: UserIndex, at time: Timestamp) -> Outcome {
        guard draft.recipient != userID(caller) else { return .refused(.callSelf) }
        guard let recipient = userIndex(draft.recipient) else { return .refused(.userNotFound) }
        guard !isBlockedPair(caller, recipient) else { return .refused(.blocked) }
        let index = calls.records.count
        calls.append(
            CallsState.Record(
                number: directory.add(.call, index), caller: caller, recipient: recipient, kind: draft.kind,
                startedAt: clock.stamp(time)))
        let call = call(index)
        return Outcome(
            .calls(.created(call)),
            domainEvents: [DomainEvent(.callStarted(call, offer: draft.offer), at: call.startedAt)])
    }

    /// CALL-ANSWER: by the recipient while it rings (D-81).
    private mutating func answerCall(
        _ id: CallID, _ answer: JSON, by caller: UserIndex, at time: Timestamp
    ) -> Outcome {
        guard let index = directory.index(of: id, .call) else { return .refused(.callNotFound) }
        guard calls.records[index].recipient == caller else { return .refused(.notCallRecipient) }
        guard calls.records[index].status == .ringing else { return .refused(.callNotRinging) }
        let answeredAt = clock.stamp(time)
        calls.answer(index, at: answeredAt)
        let call = call(index)
        return Outcome(
            .calls(.answered(call)), domainEvents: [DomainEvent(.callAnswered(call, answer: answer), at: answeredAt)])
    }

    /// CALL-END: by either participant, also while it rings (D-81).
    private mutating func endCall(_ id: CallID, by caller: UserIndex, at time: Timestamp) -> Outcome {
        guard let index = directory.index(of: id, .call) else { return .refused(.callNotFound) }
        guard calls.records[index].isParticipant(caller) else { return .refused(.notCallParticipant) }
        guard calls.records[index].status != .ended else { return .refused(.callEnded) }
        return end(index, by: caller, isRejection: false, at: time)
    }

    /// The WebSocket event `call_reject`: by the recipient while it rings (D-81).
    private mutating func rejectCall(_ id: CallID, by caller: UserIndex, at time: Timestamp) -> Outcome {
        guard let index = directory.index(of: id, .call) else { return .refused(.callNotFound) }
        guard calls.records[index].recipient == caller else { return .refused(.notCallRecipient) }
        guard calls.records[index].status == .ringing else { return .refused(.callNotRinging) }
        return end(index, by: caller, isRejection: true, at: time)
    }

    private mutating func end(
        _ index: CallIndex, by caller: UserIndex, isRejection: Bool, at time: Timestamp
    ) -> Outcome {
        let endedAt = clock.stamp(time)
        calls.end(index, at: endedAt)
        let call = call(index)
        let event = DomainEvent.Kind.callEnded(call, by: userID(caller), isRejection: isRejection)
        return Outcome(.calls(.ended(call)), domainEvents: [DomainEvent(event, at: endedAt)])
    }

    /// A call as responses show it. Its duration counts from the start to the last change, in whole seconds (D-82).
    private func call(_ index: CallIndex) -> Call {
        let record = calls.records[index]
        let changedAt = record.endedAt ?? record.answeredAt ?? record.startedAt
        return Call(
            id: directory.id(record.number), caller: userID(record.caller), recipient: userID(record.recipient),
            kind: record.kind, status: record.status, startedAt: record.startedAt, answeredAt: record.answeredAt,
            endedAt: record.endedAt, durationSeconds: Int((changedAt - record.startedAt) / 1000))
    }
}
