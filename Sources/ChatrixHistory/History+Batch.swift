extension History {
    /// Records that a history gained, in its order: what travels from the one who makes a history to those who store and judge
    /// it. A run is as many batches as it likes; put together they are its history.
    package struct Batch: Sendable {
        package var users: [User] = []
        package var operations: [Operation] = []
        package var deliveries: [Delivery] = []
        package var sessionChanges: [SessionChange] = []
        /// Of the operations of this batch.
        package var observations: [Observation] = []

        package init(
            users: [User] = [], operations: [Operation] = [], deliveries: [Delivery] = [],
            sessionChanges: [SessionChange] = [], observations: [Observation] = []
        ) {
            self.users = users
            self.operations = operations
            self.deliveries = deliveries
            self.sessionChanges = sessionChanges
            self.observations = observations
        }

        package var recordCount: Int {
            users.count + operations.count + deliveries.count + sessionChanges.count + observations.count
        }

        package var isEmpty: Bool { recordCount == 0 }

        /// Adds the records that follow.
        package mutating func append(_ next: Batch) {
            if isEmpty {
                self = next
                return
            }
            users += next.users
            operations += next.operations
            deliveries += next.deliveries
            sessionChanges += next.sessionChanges
            observations += next.observations
        }
    }

    /// Adds what a run gained.
    package mutating func append(_ batch: Batch) {
        users += batch.users
        operations += batch.operations
        deliveries += batch.deliveries
        sessionChanges += batch.sessionChanges
        observations += batch.observations
    }

    /// Removes and returns all records; the circumstances of the run stay.
    package mutating func takeBatch() -> Batch {
        let batch = self.batch
        let capacity = (operations.count, deliveries.count)
        self = History(run: run)
        operations.reserveCapacity(capacity.0)
        deliveries.reserveCapacity(capacity.1)
        return batch
    }

    /// Everything in one batch.
    package var batch: Batch {
        Batch(
            users: users, operations: operations, deliveries: deliveries, sessionChanges: sessionChanges,
            observations: observations)
    }
}
