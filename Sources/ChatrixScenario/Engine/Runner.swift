import ChatrixModel
import ChatrixReference

/// A client while it goes through flows: a program counter and what its steps need.
struct Runner: Sendable {
    enum State: UInt8, Sendable { case idle, answering, thinking, awaiting, connecting }

    /// What became of the flow's last `send`.
    enum LastSend: UInt8, Sendable { case none, pending, accepted, failed }

    /// A repetition that the flow is in.
    struct Frame: Sendable {
        /// Times begun so far, and at most.
        var count: Int = 0
        var limit: Int
        /// When the repetition, and its present time, began; nanoseconds.
        var begun: Int64
        var timeBegun: Int64
    }

    struct SeenMessage: Sendable {
        var id: MessageID
        var place: EventMask
    }

    var state = State.idle
    /// An entry of an idle queue names the client.
    var isQueued = false
    var lastSend = LastSend.none
    /// The sessions that a `connect` waits for.
    var awaitedChannels = ChannelSet()
    var flow: Int16 = 0
    /// The phase of a closed model in which the client loops; -1 for none.
    var loopPhase: Int16 = -1
    /// The phase whose shared iterations the flow is one of; -1 for none.
    var iterationPhase: Int16 = -1
    var programCounter: Int32 = 0
    /// The conversation of the flow; -1 outside flows.
    var pair: Int32 = -1
    var iterations: UInt32 = 0
    /// Changes whenever the flow goes on, so that timers of earlier waits are recognised.
    var visit: UInt32 = 0
    /// Events of the flow's conversation that came since its last `send`, or since its beginning.
    var seen = EventMask()
    /// What an `await` waits for.
    var awaited = EventMask()
    /// When the next step is due, nanoseconds.
    var clock: Int64 = 0
    /// When the flow began, nanoseconds.
    var begun: Int64 = 0
    var random = SplitMix64(seed: 0)
    var lastMessage: MessageID?
    /// Messages that arrived since the flow's last `send`, where it awaits some; its answer may come later than they.
    var seenMessages: [SeenMessage] = []
    var variables: [String] = []
    /// The row of each feeder that the flow draws from.
    var rows: [Int32] = []
    /// From the outermost.
    var frames: [Frame] = []
}

/// What the engine knows of one device of a user.
struct Client: Sendable {
    enum State: UInt8, Sendable { case waiting, registering, connecting, ready, failed }

    var state = State.waiting
    var attempts: UInt8 = 0
    /// The user's name is taken: by an earlier run with this seed, or by an attempt whose answer was lost.
    var isRegistered = false
    /// Others are set up in its place while its sessions do not come up.
    var isSlow = false
    /// The sessions that should be up, and those that are.
    var wanted = ChannelSet()
    var up = ChannelSet()
    /// Those among `up` that were closed, until they are reported down.
    var closing = ChannelSet()

    func isUp(_ channels: ChannelSet) -> Bool { up.subtracting(closing).isSuperset(of: channels) }
}
