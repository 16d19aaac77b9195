import ChatrixModel

extension Checks {
    /// The checks that name a behaviour, in their order. O(1).
    package static func naming(_ id: String) -> [Check] { byID[id] ?? [] }

    private static let byID: [String: [Check]] = all.reduce(into: [:]) { table, check in
        for id in check.ids { table[id, default: []].append(check) }
    }
}

/// The behaviour catalogue with the checks of each row: what `chatrix-sim behaviours` prints.
package enum Catalogue {
    /// One object per row with `id`, `area`, `route`, `says`, `strength`, `decision` and the titles of its `checks`.
    package static var json: JSON {
        .array(
            Behaviour.all.map { row in
                [
                    "id": .string(row.id), "area": .string(row.area.rawValue), "route": .string(row.route),
                    "says": .string(row.says), "strength": .string(row.strength.rawValue),
                    "decision": row.decision.map { .string($0) } ?? .null,
                    "checks": .array(Checks.naming(row.id).map { .string($0.title) }),
                ]
            })
    }

    /// One line per row: id, strength and decision, number of checks, what holds.
    package static var lines: [String] {
        let idWidth = Behaviour.all.map(\.id.count).max() ?? 0
        return Behaviour.all.map { row in
            let source = row.decision.map { "\(row.strength.rawValue) \($0)" } ?? row.strength.rawValue
            let checks = Checks.naming(row.id).count
            return "\(row.id.padded(to: idWidth))  \(source.padded(to: 15))  "
                + "\(checks == 0 ? "-" : String(checks))  \(row.says)"
        }
    }
}

extension String {
    /// The text with spaces after it, at least `width` characters long.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
