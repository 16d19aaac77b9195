import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import NIOCore
import Synchronization

/// What the sessions report, on its way from the reactor's thread to the event loop.
enum Arrival: Sendable {
    case delivery(History.Delivery)
    case sessionUp(client: Int, at: Int64)
    /// A loss or a failed attempt.
    case sessionDown(client: Int, at: Int64, reason: String)
    /// The session stands, but not on these topics.
    case subscriptionsRefused(client: Int, [String], at: Int64)
}

/// Hands arrivals to the event loop in batches.
///
/// The first one wakes the loop. While more keep coming, the loop looks by itself, at most every `interval` and whenever it is
/// awake anyway, so that a busy run does not wake it for every message. The times of arrival are those of the reactor.
final class ArrivalMailbox: Sendable {
    static let interval = TimeAmount.microseconds(200)

    private struct Content {
        var arrivals: [Arrival] = []
        /// The loop was woken, or looks again by itself.
        var isAnnounced = false
        var notify: (@Sendable () -> Void)?
    }

    private let content = Mutex(Content())
    private let loop: any EventLoop
    private let clients: ClientNumbers
    /// CLOCK_MONOTONIC of the start of the run, nanoseconds.
    private let startNanoseconds: Int64

    init(loop: any EventLoop, clients: ClientNumbers, startNanoseconds: Int64) {
        self.loop = loop
        self.clients = clients
        self.startNanoseconds = startNanoseconds
    }

    /// Sets who is called on the event loop, to `take` what there is.
    func open(_ notify: @escaping @Sendable () -> Void) {
        content.withLock { $0.notify = notify }
    }

    /// Drops what comes from now on.
    func close() {
        content.withLock {
            $0.notify = nil
            $0.arrivals = []
        }
    }

    /// Called on the reactor's thread, where the payloads are read too, so that the event loop does not have to.
    func post(_ events: [MQTTEvent]) {
        var arrivals: [Arrival] = []
        arrivals.reserveCapacity(events.count)
        var index = JSONIndex()
        for event in events { if let arrival = arrival(of: event, &index) { arrivals.append(arrival) } }
        guard !arrivals.isEmpty else { return }
        let mustAnnounce = content.withLock { content in
            guard content.notify != nil else { return false }
            content.arrivals.append(contentsOf: arrivals)
            defer { content.isAnnounced = true }
            return !content.isAnnounced
        }
        if mustAnnounce { loop.execute { self.announce() } }
    }

    /// Hands everything that came to `body`, if there is something. On the event loop.
    func take(_ body: ([Arrival]) -> Void) {
        let arrivals = content.withLock { content in
            let arrivals = content.arrivals
            if !arrivals.isEmpty { content.arrivals = [] }
            return arrivals
        }
        if !arrivals.isEmpty { body(arrivals) }
    }

    private func announce() {
        let notify = content.withLock { content in
            // Nothing since the last look: the next arrival wakes the loop again.
            if content.arrivals.isEmpty { content.isAnnounced = false }
            return content.isAnnounced ? content.notify : nil
        }
        guard let notify else { return }
        notify()
        loop.scheduleTask(in: ArrivalMailbox.interval) { self.announce() }
    }

    private func arrival(of event: MQTTEvent, _ index: inout JSONIndex) -> Arrival? {
        switch event {
        case .message(let session, let message):
            return .delivery(
                ArrivalMailbox.delivery(
                    topic: message.topic, payload: message.payload, to: clients.split(session.tag),
                    at: time(message.arrivalNanoseconds), &index))
        case .subscribed(let session, _, let refused):
            return refused.isEmpty
                ? .sessionUp(client: session.tag, at: now)
                : .subscriptionsRefused(client: session.tag, refused, at: now)
        case .disconnected(let session, let failure, _):
            return .sessionDown(client: session.tag, at: now, reason: failure.description)
        case .connected, .unsubscribed, .acknowledged, .lost, .closed: return nil
        }
    }

    private func time(_ nanoseconds: UInt64) -> Int64 { max(0, Int64(nanoseconds) - startNanoseconds) }

    private var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) - startNanoseconds }

    /// What the history records of a publication.
    static func delivery(
        topic name: String, payload: [UInt8], to client: (user: Int, device: Int), at time: Int64,
        _ index: inout JSONIndex
    ) -> History.Delivery {
        let digest = History.digest(of: payload)
        let topic = EventTopic.parse(name)
        var event: Event?
        if let topic {
            event =
                (try? index.read(payload) { Event(topic: topic.topic, recipient: topic.user, payload: $0) }) ?? nil
        }
        var delivery: History.Delivery
        if let event {
            delivery = History.Delivery(of: event, to: client.user, at: time, payloadDigest: digest)
        } else {
            let beginning = String(decoding: payload.prefix(160), as: UTF8.self)
            delivery = History.Delivery(
                user: client.user, at: time, kind: .unreadable, topicUser: topic?.user, payloadDigest: digest,
                note: "\(name): \(beginning)")
        }
        delivery.device = client.device
        return delivery
    }
}
