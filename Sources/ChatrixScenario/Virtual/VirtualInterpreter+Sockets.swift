import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// WebSocket connections: what clients ask for over them, and what they are told, by the rules of the reference.
extension VirtualInterpreter {
    /// The connection that asked for something.
    struct Confirmation {
        var ticket: Engine.Ticket
        var client: Int
        var facts: Engine.Facts
    }

    /// A text frame, and the request that it answers, if it does.
    struct SocketFrameItem {
        var bytes: [UInt8]
        var answered: (ticket: Engine.Ticket, result: History.Operation.Result, facts: Engine.Facts)?
    }

    mutating func openSocket(_ client: Int, at now: Int64) {
        guard let user = accounts[client / devices] else { return }
        if sockets.open(SocketID(number: client), of: user) { announce(user, lastSeen: nil, at: now) }
    }

    mutating func closeSocket(_ client: Int, at now: Int64) {
        guard let (user, wasLast) = sockets.remove(SocketID(number: client)) else { return }
        // D-61: closing is activity.
        backend.touch(user, at: time(now))
        if wasLast { announce(user, lastSeen: backend.now(time(now)), at: now) }
    }

    /// Everyone who chats with the user hears of a coming or, with a time, of a going (D-94).
    private mutating func announce(_ user: UserID, lastSeen: Timestamp?, at now: Int64) {
        for other in backend.presenceAudience(of: user) {
            tell(other, .presence, SocketFrame.presence(user, lastSeen: lastSeen), at: now)
        }
    }

    private mutating func tell(
        _ recipient: UserID, _ event: SocketEvent, _ frame: @autoclosure () -> [UInt8], at now: Int64
    ) {
        let subscribers = sockets.subscribers(of: recipient, to: event)
        guard !subscribers.isEmpty else { return }
        let frame = frame()
        for id in subscribers { send(SocketFrameItem(bytes: frame), to: id.number, at: now) }
    }

    private mutating func send(_ frame: SocketFrameItem, to client: Int, at now: Int64) {
        let session = socketSessions[client].number
        switch network.send(.socketEvents, client: client, now: now) {
        case .arrives(let time): send(.frame(frame, client: Int32(client), session: session), arriving: time)
        case .lost: break
        case .breaks(let time):
            send(
                .sessionDown(
                    client: Int32(client), .webSocket, session: session, reason: "a packet was never acknowledged"),
                arriving: time)
        }
    }

    // MARK: - What clients ask for

    mutating func sendFrame(_ ticket: Engine.Ticket, _ client: Int, _ request: SocketRequest, at now: Int64) {
        guard !socketSessions.isEmpty, socketSessions[client].isUp else {
            engine.completed(ticket, .lost(reason: "there is no WebSocket connection"), at: now)
            return
        }
        let session = socketSessions[client].number
        if case .arrives(let time) = network.send(.socketRequests, client: client, now: now) {
            send(.socketRequest(ticket, client: Int32(client), session: session, request), arriving: time)
        }
        // Nothing confirms it, so it is done when it was written.
        if request.confirmation == nil { engine.completed(ticket, .accepted(status: 0), at: now) }
    }

    mutating func perform(
        _ request: SocketRequest, _ ticket: Engine.Ticket, _ client: Int, _ session: UInt32, at now: Int64
    ) {
        guard socketSessions[client].isUp, socketSessions[client].number == session,
            let user = accounts[client / devices]
        else { return }
        let id = SocketID(number: client)
        switch request {
        case .subscribe(let events): sockets.changeSubscription(of: id) { $0.union(events.set) }
        case .unsubscribe(let events): sockets.changeSubscription(of: id) { $0.subtracting(events.set) }
        case .typing(let conversation, let isTyping):
            do throws(Refusal) {
                guard let recipient = try backend.typingAudience(in: conversation, of: user) else { return }
                tell(recipient, .typing, SocketFrame.typing(user, in: conversation, isTyping), at: now)
            } catch {
                refuse(request, error, nil, client, at: now)
            }
        case .call, .callAccept, .callReject, .callEnd, .message, .messageUpdate, .messageDelete:
            guard let command = request.command else { return }
            let outcome = backend.perform(command, by: user, at: time(now))
            if let refusal = outcome.reply.refusal {
                refuse(request, refusal, ticket, client, at: now)
            } else {
                forward(
                    outcome, confirmingTo: Confirmation(ticket: ticket, client: client, facts: outcome.reply.facts),
                    at: now)
            }
        }
    }

    private mutating func refuse(
        _ request: SocketRequest, _ refusal: Refusal, _ ticket: Engine.Ticket?, _ client: Int, at now: Int64
    ) {
        var frame = SocketFrameItem(bytes: SocketFrame.error(refusal, of: request.action.rawValue))
        frame.answered = ticket.map { ($0, .refused(status: refusal.status), .none) }
        send(frame, to: client, at: now)
    }

    // MARK: - What clients are told

    mutating func tellSockets(_ outcome: Outcome, confirmingTo actor: Confirmation?, at now: Int64) {
        for event in outcome.allDomainEvents {
            guard let notice = event.kind.socketNotice else { continue }
            let subscribers = sockets.subscribers(of: notice.recipient, to: notice.event)
            guard !subscribers.isEmpty || notice.confirmsAction && actor != nil else { continue }
            let frame = SocketFrameItem(bytes: event.kind.socketFrame)
            for id in subscribers { send(frame, to: id.number, at: now) }
            if notice.confirmsAction, let actor {
                var confirmation = frame
                confirmation.answered = (actor.ticket, .accepted(status: 0), actor.facts)
                send(confirmation, to: actor.client, at: now)
            }
        }
    }

    mutating func receive(_ frame: SocketFrameItem, _ client: Int, _ session: UInt32, at now: Int64) {
        guard socketSessions[client].isUp, socketSessions[client].number == session else { return }
        if let (ticket, result, facts) = frame.answered {
            engine.completed(ticket, result, facts, body: frame.data, at: now)
            // A confirmation is the answer to a request; what others caused is an event.
            if case .accepted = result { return }
        }
        engine.received(
            History.Delivery(
                frame: frame.bytes, to: client / devices, accounts[client / devices], device: client % devices, at: now)
        )
    }
}

extension VirtualInterpreter.SocketFrameItem {
    /// What the frame says, beside the name of its event.
    fileprivate var data: JSON? {
        do {
            return try JSON.parse(bytes)["data"]
        } catch {
            preconditionFailure("the model writes JSON: \(error)")
        }
    }
}

extension [SocketEvent] {
    fileprivate var set: SocketEvents { reduce(into: SocketEvents()) { $0.formUnion(SocketEvents($1)) } }
}
