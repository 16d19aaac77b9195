/// A template whose variables and columns are places in tables.
struct CompiledText: Sendable {
    enum Part: Sendable {
        case literal(String)
        case number, user, peer, userID, peerID, conversation
        /// The place in `Runner.variables`.
        case variable(Int)
        /// The place in `Runner.rows`, the feeder, and the column in it.
        case column(place: Int, feeder: Int, column: Int)
    }

    let parts: [Part]
    /// The text, where there is nothing to fill in.
    let literal: String?
}

/// A condition with texts that are compiled.
enum CompiledCondition: Sendable {
    case compare(CompiledText, Step.Condition.Comparison, CompiledText)
    case chance(Double)
}

extension Step.Condition.Comparison {
    /// Compares as numbers if both texts are numbers, else as texts.
    func holds(_ left: String, _ right: String) -> Bool {
        switch self {
        case .contains: return right.isEmpty || left.contains(right)
        case .equal, .unequal, .less, .atMost, .more, .atLeast: break
        }
        // Whole numbers on their own: a double does not tell large ones apart.
        if let left = Int64(left), let right = Int64(right) { return holds(ordering: left, right) }
        if let left = Double(left), let right = Double(right), left.isFinite, right.isFinite {
            return holds(ordering: left, right)
        }
        return holds(ordering: left, right)
    }

    private func holds<Value: Comparable>(ordering left: Value, _ right: Value) -> Bool {
        switch self {
        case .equal: left == right
        case .unequal: left != right
        case .less: left < right
        case .atMost: left <= right
        case .more: left > right
        case .atLeast: left >= right
        case .contains: false
        }
    }
}
