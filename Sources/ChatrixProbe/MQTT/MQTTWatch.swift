import ChatrixConformance
import ChatrixMQTT
import ChatrixModel
import Glibc

/// A subscriber at a deployment's broker that keeps the publications in the order of their arrival. Its calls block.
package final class MQTTWatch: Sendable {
    private struct State {
        var isConnected = false
        var failure: String?
        var granted: Set<String> = []
        var refused: Set<String> = []
        var arrivals: [Publication] = []
        var contents: Set<String> = []
        var lastArrival = MonotonicTime.now
        /// Of the subscribers that come late, by their tag.
        var late: [Int: Late] = [:]
    }

    private struct Late {
        var isSubscribed = false
        var isDone = false
        var refused: [String] = []
        var arrivals: [Publication] = []
    }

    private static let answerLimit = Duration.seconds(10)

    package let url: String
    private let configuration: MQTTSession.Configuration
    private let state: Monitor<State>
    private let reactor: MQTTReactor
    private let session: MQTTSession

    /// Connects to a broker; `clientID` has to be this run's own. The caller must call `stop()`.
    package static func start(
        _ endpoint: MQTTEndpoint, clientID: String, authorities: String? = nil
    ) throws -> MQTTWatch {
        let watch = try MQTTWatch(endpoint, clientID: clientID, authorities: authorities)
        let isConnected = watch.state.wait(until: .after(answerLimit)) { $0.isConnected || $0.failure != nil }
        if let failure = watch.state.read({ $0.isConnected ? nil : $0.failure }) ?? (isConnected ? nil : "no answer") {
            watch.stop()
            throw TargetError("connect to", endpoint.url, cause: failure)
        }
        return watch
    }

    private init(_ endpoint: MQTTEndpoint, clientID: String, authorities: String?) throws {
        url = endpoint.url
        configuration = MQTTSession.Configuration(
            endpoint: endpoint, clientID: clientID, tls: .init(caFile: authorities),
            reconnect: .constant(.milliseconds(500)))
        let state = Monitor(State())
        self.state = state
        reactor = try MQTTReactor.start { events in
            state.update { state in for event in events { MQTTWatch.note(event, in: &state) } }
        }
        session = try reactor.add(configuration)
    }

    package func stop() { reactor.stop() }

    // MARK: Subscribing

    /// Subscribes and returns when the broker has answered; skips the check if it refuses.
    ///
    /// With QoS 2 every publication arrives with the quality that it was published with.
    func subscribe(_ filters: [String]) throws {
        let new = state.read { state in filters.filter { !state.granted.contains($0) } }
        guard !new.isEmpty else { return }
        state.update { $0.refused.subtract(new) }
        try session.subscribe(new.map { MQTTSubscription($0, qos: .exactlyOnce) })
        let isAnswered = state.wait(until: .after(Self.answerLimit)) { state in
            new.allSatisfy { state.granted.contains($0) || state.refused.contains($0) }
        }
        guard isAnswered else { throw TargetError("subscribe at", url, cause: "no answer to \(new)") }
        if let refused = state.read({ state in new.first { state.refused.contains($0) } }) {
            throw Check.Skip("the broker refuses the subscription \(refused)")
        }
    }

    /// Forgets what came and ends the subscriptions.
    func forget(unsubscribing: Bool) {
        let filters = state.update { state in
            state.arrivals.removeAll(keepingCapacity: true)
            state.contents.removeAll(keepingCapacity: true)
            defer { if unsubscribing { state.granted.removeAll() } }
            return state.granted
        }
        if unsubscribing, !filters.isEmpty { session.unsubscribe(filters.sorted()) }
    }

    /// What a new subscriber gets before the broker acknowledges that he has gone again: all that it retains.
    func retained(on topics: [String]) throws -> [Publication] {
        let tag = state.update { state in
            let tag = state.late.count + 1
            state.late[tag] = Late()
            return tag
        }
        var late = configuration
        late.clientID += "-late-\(tag)"
        let session = try reactor.add(
            late, tag: tag, subscriptions: topics.map { MQTTSubscription($0, qos: .exactlyOnce) })
        defer { session.remove() }
        guard state.wait(until: .after(Self.answerLimit), { $0.late[tag]?.isSubscribed == true }) else {
            throw TargetError("subscribe at", url, cause: "no answer to a second subscriber")
        }
        if let refused = state.read({ $0.late[tag]?.refused.first }) {
            throw Check.Skip("the broker refuses the subscription \(refused)")
        }
        session.unsubscribe(topics)
        guard state.wait(until: .after(Self.answerLimit), { $0.late[tag]?.isDone == true }) else {
            throw TargetError("unsubscribe at", url, cause: "no answer to a second subscriber")
        }
        return state.read { $0.late[tag]?.arrivals ?? [] }
    }

    // MARK: Waiting

    /// All that came, in its order, as soon as `count` different ones are there, or `limit` later.
    func arrivals(atLeast count: Int, within limit: Duration) throws -> [Publication] {
        _ = state.wait(until: .after(limit)) { $0.contents.count >= count || !$0.isConnected }
        return try arrivals()
    }

    /// All that came, in its order, as soon as nothing has come for `quiet` since `start` and the last arrival.
    func arrivals(after start: MonotonicTime, quiet: Duration) throws -> [Publication] {
        while true {
            let last = state.read { max(start, $0.lastArrival) }
            let isDisturbed = state.wait(until: last + quiet) { $0.lastArrival > last || !$0.isConnected }
            if !isDisturbed || !state.read(\.isConnected) { return try arrivals() }
        }
    }

    private func arrivals() throws -> [Publication] {
        try state.read { state in
            guard state.isConnected else {
                throw TargetError("listen at", url, cause: state.failure ?? "the connection is lost")
            }
            return state.arrivals
        }
    }

    // MARK: Events

    private static func note(_ event: MQTTEvent, in state: inout State) {
        let tag = event.session.tag
        switch event {
        case .connected where tag == 0:
            state.isConnected = true
            state.failure = nil
        case .disconnected(_, let failure, _) where tag == 0:
            state.isConnected = false
            state.failure = failure.description
            state.granted.removeAll()
        case .subscribed(_, let filters, let refused):
            if tag == 0 {
                state.granted.formUnion(filters.filter { !refused.contains($0) })
                state.refused.formUnion(refused)
            } else {
                state.late[tag]?.isSubscribed = true
                state.late[tag]?.refused = refused
            }
        case .unsubscribed where tag != 0: state.late[tag]?.isDone = true
        case .message(_, let message):
            if tag == 0 {
                state.arrivals.append(publication(message, number: state.arrivals.count + 1))
                state.contents.insert("\(message.topic) \(String(decoding: message.payload, as: UTF8.self))")
                state.lastArrival = .now
            } else if let count = state.late[tag]?.arrivals.count {
                state.late[tag]?.arrivals.append(publication(message, number: count + 1))
            }
        case .connected, .disconnected, .unsubscribed, .acknowledged, .lost, .closed: break
        }
    }

    private static func publication(_ message: MQTTMessage, number: Int) -> Publication {
        // A payload that is no JSON is shown as a text, which no expectation about an object takes.
        let payload = (try? JSON.parse(message.payload)) ?? .string(String(decoding: message.payload, as: UTF8.self))
        return Publication(
            sequence: number, topic: message.topic, payload: payload, qos: Int(message.qos.rawValue),
            isRetained: message.retain)
    }
}
