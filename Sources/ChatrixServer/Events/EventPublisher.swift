/// Where the events of the outbox go. Called from any thread.
package protocol EventPublisher: AnyObject, Sendable {
    /// Queues one publication with QoS 1, not retained, and returns without waiting. `label` names it when it is lost.
    func publish(topic: String, payload: [UInt8], label: String)

    /// Whether there is a broker at the moment, so that waiting for it makes sense.
    var isConnected: Bool { get }

    /// Waits until all that was published has reached the broker; false when the time passed first. Blocks.
    func flush(within limit: Duration) -> Bool

    /// Flushes, then ends; what is left over is reported as lost. Blocks.
    func stop(within limit: Duration)
}
