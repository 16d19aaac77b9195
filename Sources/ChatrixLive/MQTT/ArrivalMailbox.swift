import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import NIOCore
import Synchronization

/// What the sessions report, on its way from the reactor's thread to the event loop.
enum Arrival: Sendable {
    case delivery(History.Delivery)
    case sessionUp(user: Int, at: Int64)
    /// A loss or a failed attempt.
    case sessionDown(user: Int, at: Int64, reason: String)
}

/// Hands arrivals to the event loop in batches: one wake-up however many came in the meantime.
final class ArrivalMailbox: Sendable {
    private struct Content {
        var arrivals: [Arrival] = []
        var isAnnounced = false
        var receive: (@Sendable ([Arrival]) -> Void)?
    }

    private let content = Mutex(Content())
    private let loop: any EventLoop
    /// CLOCK_MONOTONIC of the start of the run, nanoseconds.
    private let startNanoseconds: Int64

    init(loop: any EventLoop, startNanoseconds: Int64) {
        self.loop = loop
        self.startNanoseconds = startNanoseconds
    }

    /// Sets who takes the batches, on the event loop.
    func open(_ receive: @escaping @Sendable ([Arrival]) -> Void) {
        content.withLock { $0.receive = receive }
    }

    /// Drops what comes from now on.
    func close() {
        content.withLock { $0.receive = nil }
    }

    /// Called on the reactor's thread, where the payloads are read too, so that the event loop does not have to.
    func post(_ events: [MQTTEvent]) {
        var arrivals: [Arrival] = []
        arrivals.reserveCapacity(events.count)
        for event in events { if let arrival = arrival(of: event) { arrivals.append(arrival) } }
        guard !arrivals.isEmpty else { return }
        let mustAnnounce = content.withLock { content in
            content.arrivals.append(contentsOf: arrivals)
            defer { content.isAnnounced = true }
            return !content.isAnnounced
        }
        if mustAnnounce { loop.execute { self.deliver() } }
    }

    private func deliver() {
        let (arrivals, receive) = content.withLock { content in
            content.isAnnounced = false
            let arrivals = content.arrivals
            content.arrivals = []
            return (arrivals, content.receive)
        }
        receive?(arrivals)
    }

    private func arrival(of event: MQTTEvent) -> Arrival? {
        switch event {
        case .message(let session, let message):
            return .delivery(
                ArrivalMailbox.delivery(
                    topic: message.topic, payload: message.payload, to: session.tag,
                    at: time(message.arrivalNanoseconds)))
        case .subscribed(let session, _, let refused):
            return refused.isEmpty
                ? .sessionUp(user: session.tag, at: now)
                : .sessionDown(
                    user: session.tag, at: now,
                    reason: "the broker refused to subscribe \(refused.joined(separator: ", "))")
        case .disconnected(let session, let failure, _):
            return .sessionDown(user: session.tag, at: now, reason: failure.description)
        case .connected, .unsubscribed, .acknowledged, .lost, .closed: return nil
        }
    }

    private func time(_ nanoseconds: UInt64) -> Int64 { max(0, Int64(nanoseconds) - startNanoseconds) }

    private var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) - startNanoseconds }

    /// What the history records of a publication.
    static func delivery(topic name: String, payload: [UInt8], to user: Int, at time: Int64) -> History.Delivery {
        let digest = History.digest(of: payload)
        let topic = EventTopic.parse(name)
        if let topic, let json = try? JSON.parse(payload),
            let event = Event(topic: topic.topic, recipient: topic.user, payload: json)
        {
            return History.Delivery(of: event, to: user, at: time, payloadDigest: digest)
        }
        let beginning = String(decoding: payload.prefix(160), as: UTF8.self)
        return History.Delivery(
            user: user, at: time, kind: .unreadable, topicUser: topic?.user, payloadDigest: digest,
            note: "\(name): \(beginning)")
    }
}
