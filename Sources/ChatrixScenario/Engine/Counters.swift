import ChatrixHistory

/// What a run has come to so far, for progress lines and for judging the generator.
package struct Counters: Sendable, Hashable {
    package var operationsStarted = 0
    package var operationsCompleted = 0
    package var inFlight = 0
    package var accepted = 0
    package var refused = 0
    package var unreadable = 0
    package var lost = 0
    /// Answers other than the scenario wants, and lost ones (`History.Operation.isExpected`).
    package var failed = 0
    /// Accepted requests of the load.
    package var loadAccepted = 0
    package var deliveries = 0
    package var messagesSent = 0
    /// Arrivals of messages at their recipients, on every session.
    package var messagesDelivered = 0
    /// Users with an account; those of whom some device is ready; those of whom none could be set up.
    package var usersRegistered = 0
    package var usersReady = 0
    package var usersFailed = 0
    /// Devices that could not be set up.
    package var devicesFailed = 0
    package var conversationsOpen = 0
    /// Event sessions that are up now; losses so far, without those that a flow or the setup closed.
    package var sessionsUp = 0
    package var sessionsLost = 0
    /// `connect` steps whose sessions did not come up in time.
    package var sessionsOverdue = 0
    package var arrivals = 0
    package var arrivalsDelayed = 0
    package var arrivalsDropped = 0
    /// Flows begun in closed phases.
    package var iterations = 0
    package var flowsCompleted = 0
    package var awaitsTimedOut = 0
    package var awaitsSkipped = 0
    /// Calls and session steps for which a conversation, an account or a session was missing.
    package var stepsSkipped = 0
    /// Steps of the load that had a time, and those that began late by more than `lateNanoseconds`.
    package var dueSteps = 0
    package var lateSteps = 0
    /// Nanoseconds from due to begun: the last one and the longest.
    package var lag: Int64 = 0
    package var lagMax: Int64 = 0

    package init() {}

    /// A step that begins later than this after its time is late, nanoseconds.
    package static let lateNanoseconds: Int64 = 100_000_000
    /// Late steps among all due ones beyond which the load was not the one that was asked for.
    package static let lateShareMax = 0.01

    mutating func noteLag(_ nanoseconds: Int64) {
        dueSteps += 1
        lag = nanoseconds
        lagMax = max(lagMax, nanoseconds)
        if nanoseconds > Counters.lateNanoseconds { lateSteps += 1 }
    }

    /// The generator could not keep up: more than one in a hundred due steps began more than 100 ms late.
    ///
    /// Arrivals that wait for a free user do not count here: they say that the population is too small for the rate at
    /// the speed of the server.
    package var isSaturated: Bool { Double(lateSteps) > Double(dueSteps) * Counters.lateShareMax }

    var generator: History.Generator {
        var generator = History.Generator()
        generator.usersFailed = usersFailed
        generator.arrivalsDelayed = arrivalsDelayed
        generator.arrivalsDropped = arrivalsDropped
        generator.awaitsTimedOut = awaitsTimedOut
        generator.dueSteps = dueSteps
        generator.lateSteps = lateSteps
        generator.lagMax = lagMax
        generator.isSaturated = isSaturated
        return generator
    }
}
