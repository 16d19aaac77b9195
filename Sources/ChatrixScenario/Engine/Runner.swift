import ChatrixModel
import ChatrixReference

/// A virtual user while he goes through flows: a program counter and what its steps need.
struct Runner: Sendable {
    enum State: UInt8, Sendable { case idle, answering, thinking, awaiting }

    /// What became of the flow's last `send`.
    enum LastSend: UInt8, Sendable { case none, pending, accepted, failed }

    var state = State.idle
    /// An entry of the idle queue names the user.
    var isQueued = false
    var lastSend = LastSend.none
    /// Events of the flow's conversation that came since its last `send`, or since its beginning.
    var seen = EventMask()
    /// What an `await` waits for.
    var awaited = EventMask()
    var flow: Int16 = 0
    /// The phase of a closed model in which the user loops; -1 for none.
    var loopPhase: Int16 = -1
    var programCounter: Int32 = 0
    /// The conversation of the flow; -1 outside flows.
    var pair: Int32 = -1
    /// Messages sent so far.
    var sentCount: Int32 = 0
    var iterations: UInt32 = 0
    /// Changes whenever the user goes on, so that timers of earlier waits are recognised.
    var visit: UInt32 = 0
    /// When the next step is due, nanoseconds.
    var clock: Int64 = 0
    /// When the flow began, nanoseconds.
    var begun: Int64 = 0
    var random = SplitMix64(seed: 0)
    var lastMessage: MessageID?
    /// Messages that arrived since the flow's last `send`, where it awaits some; its answer may come later than they.
    var seenMessages: [SeenMessage] = []

    struct SeenMessage: Sendable {
        var id: MessageID
        var place: EventMask
    }
}
