extension History {
    /// Records that were added to a history, in its order.
    package struct Batch: Sendable {
        package var users: [User] = []
        package var operations: [Operation] = []
        package var deliveries: [Delivery] = []
        package var sessionChanges: [SessionChange] = []

        package init(
            users: [User] = [], operations: [Operation] = [], deliveries: [Delivery] = [],
            sessionChanges: [SessionChange] = []
        ) {
            self.users = users
            self.operations = operations
            self.deliveries = deliveries
            self.sessionChanges = sessionChanges
        }

        package var recordCount: Int { users.count + operations.count + deliveries.count + sessionChanges.count }

        package var isEmpty: Bool { recordCount == 0 }
    }
}
