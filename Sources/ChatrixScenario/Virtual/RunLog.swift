import ChatrixHistory

/// The digest of a run while it goes on: every record as soon as it is made, so that batches may be of any size.
struct RunLog: Sendable {
    private(set) var digest = RunDigest()
    /// How many of the records that were not taken yet are in the digest.
    private var sessionChanges = 0
    private var operations = 0
    private var observations = 0
    private var deliveries = 0

    /// Adds what the history gained; those of one moment in the order of their kinds. Returns how many records wait.
    @inline(__always)
    mutating func note(_ history: borrowing History) -> Int {
        while sessionChanges < history.sessionChanges.count {
            digest.add(history.sessionChanges[sessionChanges])
            sessionChanges += 1
        }
        while operations < history.operations.count {
            digest.add(history.operations[operations])
            operations += 1
        }
        while observations < history.observations.count {
            digest.add(history.observations[observations])
            observations += 1
        }
        while deliveries < history.deliveries.count {
            digest.add(history.deliveries[deliveries])
            deliveries += 1
        }
        return operations + deliveries + sessionChanges + observations
    }

    mutating func recordsWereTaken() {
        (sessionChanges, operations, observations, deliveries) = (0, 0, 0, 0)
    }
}
