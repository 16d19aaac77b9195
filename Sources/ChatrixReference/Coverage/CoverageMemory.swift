import ChatrixModel

/// What rows about a sequence of requests need of those before: small facts, forgotten beyond a bound.
struct CoverageMemory: Sendable {
    enum Kind: UInt8, Sendable, CaseIterable {
        // A pair of users, in the direction of the action.
        case unblock, unfollow, report
        // A user.
        case inBlock, lostFollow, followLostForGood, unfollows, updates, posts, stories, withdrawal, inCall
        // A user and something of theirs.
        case session, replay, message, viewing
        // A text.
        case refusedName
        // A conversation or call.
        case injectedConversation, deletedConversation, callOver
        // A post, with its author.
        case author
        // A counter of the rate limits.
        case window
    }

    private struct Key: Sendable, Hashable {
        var kind: Kind
        var a: UInt64
        var b: UInt64
    }

    /// Entries kept of each kind; more are not remembered.
    private static let entriesMax = 16_384

    private var entries: [Key: Int64] = [:]
    private var counts = [Int](repeating: 0, count: Kind.allCases.count)

    /// When the first story so far expires.
    var firstStoryExpiry: Timestamp?
    var hasConnections = false
    var hasCalls = false
    var hasInjections = false
    var hasDeletions = false
    var hasCleanups = false
    var hasEdits = false
    var hasDeletedUsers = false
    var hasDeliveries = false
    var lastAuthEndpoint: Endpoint.Name?
    /// The first user whose requests were counted.
    var firstCountedUser: UserID?

    func has(_ kind: Kind, _ a: UInt64, _ b: UInt64 = 0) -> Bool { value(kind, a, b) != nil }

    func value(_ kind: Kind, _ a: UInt64, _ b: UInt64 = 0) -> Int64? {
        counts[Int(kind.rawValue)] == 0 ? nil : entries[Key(kind: kind, a: a, b: b)]
    }

    mutating func remember(_ kind: Kind, _ a: UInt64, _ b: UInt64 = 0, value: Int64 = 0) {
        guard counts[Int(kind.rawValue)] < CoverageMemory.entriesMax else { return }
        if entries.updateValue(value, forKey: Key(kind: kind, a: a, b: b)) == nil { counts[Int(kind.rawValue)] += 1 }
    }

    mutating func forget(_ kind: Kind, _ a: UInt64, _ b: UInt64 = 0) {
        if entries.removeValue(forKey: Key(kind: kind, a: a, b: b)) != nil { counts[Int(kind.rawValue)] -= 1 }
    }

    /// A number for a text, the same in every run (FNV-1a).
    static func number(of text: some StringProtocol) -> UInt64 {
        text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }
}
