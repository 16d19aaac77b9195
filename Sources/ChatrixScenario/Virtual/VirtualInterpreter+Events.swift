import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// Events on their way from the backend over the broker to the subscribers.
extension VirtualInterpreter {
    /// Sends out what a step has caused, in the order of D-57. `actor` is the WebSocket connection that asked for it.
    mutating func forward(_ outcome: Outcome, confirmingTo actor: Confirmation?, at now: Int64) {
        if injector == nil {
            for event in outcome.events { publish(Event.Publication(event), at: now) }
        } else if !outcome.events.isEmpty {
            let publications = injector?.apply(outcome.events, at: now / 1_000_000) ?? []
            send(spoilt: publications, at: now)
            scheduleOverdueCheck(at: now)
        }
        if !sockets.isEmpty { tellSockets(outcome, confirmingTo: actor, at: now) }
    }

    private mutating func send(spoilt publications: [Event.Publication], at now: Int64) {
        for publication in publications {
            if publication.delayMilliseconds > 0 {
                send(.publication(publication), arriving: now + publication.delayMilliseconds * 1_000_000)
            } else {
                publish(publication, at: now)
            }
        }
    }

    private mutating func scheduleOverdueCheck(at now: Int64) {
        guard !isOverdueCheckScheduled, let held = injector?.heldCount, held > 0 else { return }
        isOverdueCheckScheduled = true
        send(.overdueCheck, arriving: now + 1_000_000_000)
    }

    mutating func releaseOverdue(at now: Int64) {
        isOverdueCheckScheduled = false
        let released = injector?.releaseOverdue(at: now / 1_000_000) ?? []
        send(spoilt: released, at: now)
        scheduleOverdueCheck(at: now)
    }

    /// Gives a publication to the broker, or keeps it until there is one.
    mutating func publish(_ publication: Event.Publication, at now: Int64) {
        if let time = network.publisherReturn(now: now) {
            if publisherQueue.isEmpty { send(.publisherReturn, arriving: time) }
            publisherQueue.append(publication)
            if publisherQueue.count > NetworkModel.publisherQueue { _ = publisherQueue.popFirst() }
            return
        }
        guard let user = numbers[publication.addressee] else { return }
        var event = publication.event
        // Whom an event is for is read from its topic.
        event.recipient = publication.addressee
        let first = Int(user) * devices
        for client in first..<first + devices { send(event, toSessionOf: client, at: now) }
    }

    mutating func flushPublisherQueue(at now: Int64) {
        var waiting = publisherQueue
        publisherQueue.removeAll()
        while let publication = waiting.popFirst() { publish(publication, at: now) }
    }

    private var keepsSessions: Bool { network.configuration.sessions == .kept }

    mutating func send(_ event: Event, toSessionOf client: Int, at now: Int64) {
        eventCount &+= 1
        guard mqttSessions[client].isUp, !mqttSessions[client].isResuming else {
            // Without a session nobody keeps the event (clean session, D-58).
            if keepsSessions, mqttSessions[client].number > 0 {
                mqttSessions[client].kept.append((event, eventCount))
            }
            return
        }
        let session = mqttSessions[client].number
        switch network.publish(topic: event.topic.lane, client: client, now: now) {
        case .arrives(let time):
            send(.event(event, client: Int32(client), session: session, order: eventCount), arriving: time)
        case .lost: break
        case .breaks(let time):
            if keepsSessions { mqttSessions[client].unacknowledged.append((event, eventCount, .max)) }
            send(
                .sessionDown(client: Int32(client), .mqtt, session: session, reason: "a packet was never acknowledged"),
                arriving: time)
        }
    }

    mutating func receive(_ event: Event, _ order: UInt32, _ client: Int, _ session: UInt32, at now: Int64) {
        guard mqttSessions[client].isUp, mqttSessions[client].number == session else {
            if keepsSessions { mqttSessions[client].kept.append((event, order)) }
            return
        }
        if keepsSessions {
            mqttSessions[client].unacknowledged.removeAll { $0.until <= now }
            mqttSessions[client].unacknowledged.append(
                (event, order, network.acknowledgement(client: client, now: now)))
        }
        var delivery = History.Delivery(of: event, to: client / devices, at: now, payloadDigest: 0)
        delivery.device = client % devices
        delivery.payloadDigest = event.fieldDigest(of: delivery)
        engine.received(delivery)
    }
}

extension EventTopic {
    fileprivate var lane: Int {
        switch self {
        case .messages: 0
        case .readReceipts: 1
        case .messagesStatus: 2
        case .conversations: 3
        }
    }
}
