import ChatrixMQTT
import ChatrixReference
import Synchronization

/// Follows the connection to the broker and tells what its loss and return show of MQTT-CONFIG.
///
/// Told of states on the publisher's thread and of publications on any.
final class BrokerLink: Sendable {
    private struct State {
        var wasConnected = false
        /// Since the last failure, or the last attempt that failed.
        var isDown = false
        /// Publications came while there was no connection.
        var hasWaiting = false
        /// Publications were not acknowledged when the connection broke.
        var hasUnacknowledged = false
        weak var publisher: MQTTPublisher?
        var tell: (@Sendable (ReferenceAPI.BrokerIncident) -> Void)?
    }

    private let state = Mutex(State())

    /// Sets whose connection it is.
    func attach(_ publisher: MQTTPublisher) { state.withLock { $0.publisher = publisher } }

    /// Sets who is told; nobody with `nil`.
    func onIncident(_ tell: (@Sendable (ReferenceAPI.BrokerIncident) -> Void)?) {
        state.withLock { $0.tell = tell }
    }

    /// A publication was queued; `isConnected` as of then.
    func published(isConnected: Bool) {
        guard !isConnected else { return }
        state.withLock { $0.hasWaiting = true }
    }

    func connected() {
        report { state in
            defer { state = State(wasConnected: true, publisher: state.publisher, tell: state.tell) }
            guard state.isDown else { return [] }
            var incidents: [ReferenceAPI.BrokerIncident] = state.wasConnected ? [.connectionRestored] : []
            if state.hasWaiting { incidents.append(.publicationsWaited) }
            if state.hasUnacknowledged { incidents.append(.publicationRepeated) }
            return incidents
        }
    }

    /// The connection broke, or an attempt failed; another attempt follows.
    func disconnected() {
        let unacknowledgedCount = state.withLock { $0.publisher }?.unacknowledgedCount ?? 0
        report { state in
            defer { state.isDown = true }
            if unacknowledgedCount > 0 { state.hasUnacknowledged = true }
            return state.isDown ? [.connectionRetried] : []
        }
    }

    private func report(_ change: (inout State) -> [ReferenceAPI.BrokerIncident]) {
        let (incidents, tell) = state.withLock { state in (change(&state), state.tell) }
        for incident in incidents { tell?(incident) }
    }
}
