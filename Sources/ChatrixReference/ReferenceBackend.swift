import ChatrixModel

/// The domain seam: the rules and the state of the API as a pure, deterministic state machine.
package struct ReferenceBackend: Sendable {
    package struct Configuration: Sendable {
        package var seed: UInt64 = 1
        /// PBKDF2 rounds of a stored password (D-26). Few by default: this is a test server, and load runs register thousands.
        package var passwordRounds = 64
        /// What object URLs start with (D-76).
        package var objectBaseURL = "http://localhost:9000/chatrix"

        package init(seed: UInt64 = 1) { self.seed = seed }
    }

    package init(configuration: Configuration = Configuration()) {}

    /// Carries out one command in one step and returns its reply with the events to publish.
    ///
    /// `actor` is the caller, `nil` for an anonymous one. `time` is the reading of the clock source; stored times never
    /// go back (D-06). A refused command changes nothing but `last_seen` and emits nothing (D-08).
    package mutating func apply(_ command: Command, by actor: UserID?, at time: Timestamp) -> Outcome {
        .refused(.resourceNotFound)
    }
}
