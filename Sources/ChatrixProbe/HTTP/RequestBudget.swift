import ChatrixConformance

/// How many requests a run may still send.
struct RequestBudget: Sendable {
    let requestsMax: Int?
    private(set) var sent = 0

    init(requestsMax: Int?) { self.requestsMax = requestsMax }

    /// Counts a request; skips the check that wants one more than there are.
    mutating func spend() throws {
        if let requestsMax, sent >= requestsMax {
            throw Check.Skip("the budget of \(requestsMax) requests is used up")
        }
        sent += 1
    }
}
