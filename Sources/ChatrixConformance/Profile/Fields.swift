import ChatrixModel

/// How strictly the fields of an object are compared (D-02).
struct FieldRules: Sendable, Hashable {
    var absentOptionals = Knobs.AbsentOptionals.null
    var extraFields = Knobs.ExtraFields.forbid

    init(_ knobs: Knobs = Knobs()) {
        absentOptionals = knobs.absentOptionals
        extraFields = knobs.extraFields
    }

    /// Keys that some answer or publication shows without a value; only these may be left out, and only where
    /// `absent-optionals` says so.
    static let optionalKeys: Set<String> = [
        "answer", "answered_at", "avatarUrl", "avatar_url", "bio", "caption", "ended_at", "event", "full_name",
        "height",
        "lastMessage", "last_message", "last_seen", "location", "media", "next_cursor", "participant_ids",
        "thumbnail_url", "website", "width",
    ]

    /// The keys of `names` that are missing, and those found in addition.
    func departures(of found: [String], from names: [String]) -> (missing: [String], extra: [String]) {
        let missing = names.filter { name in
            !found.contains(name) && !(absentOptionals != .null && Self.optionalKeys.contains(name))
        }
        let extra = extraFields == .allow ? [] : found.filter { !names.contains($0) }
        return (missing, extra)
    }

    /// Whether a place that has no value looks like it; `nil` stands for a place that is not there.
    func isAbsent(_ value: JSON?) -> Bool {
        switch absentOptionals {
        case .null: value == .null
        case .omitted: value == nil
        case .either: value == nil || value == .null
        }
    }

    /// Whether a value is the expected one, its objects compared by these rules. O(members²).
    func isSame(_ value: JSON, _ expected: JSON) -> Bool {
        switch (value, expected) {
        case (.array(let values), .array(let others)):
            return values.count == others.count && zip(values, others).allSatisfy { isSame($0, $1) }
        case (.object(let members), .object(let others)):
            let departures = departures(of: members.map(\.name), from: others.map(\.name))
            guard departures.missing.isEmpty, departures.extra.isEmpty else { return false }
            return others.allSatisfy { other in
                let found = members.first { $0.name == other.name }?.value
                if other.value == .null, Self.optionalKeys.contains(other.name) { return isAbsent(found) }
                return found.map { isSame($0, other.value) } ?? false
            }
        case (.string(let text), .string(let other)): return Array(text.utf8) == Array(other.utf8)
        default: return value == expected
        }
    }
}
