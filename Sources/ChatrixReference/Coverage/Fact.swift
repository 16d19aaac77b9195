/// What a trigger can ask about one occasion, by the name that the tables use.
enum Fact: UInt8, Sendable, CaseIterable {
    // MARK: The request
    case anonymous, authorizationSent, schemeInOtherCase, otherScheme
    /// Why a token was refused.
    case tokenForged, tokenExpired, tokenIsRefresh, tokenIsAccess, tokenOfNobody, tokenOfOtherDevice, tokenUsedUp
    case deviceSent, deviceEmpty
    case languageSent, indonesian, languageHasRegion, languageUnsupported
    case contentTypeSent, bodySent, json, form
    /// A form larger than any that is read.
    case hugeBody
    /// The body lacks what the route needs, although it was not looked at.
    case bodyUnusable, malformedJSON
    case querySent, escapedPath, malformedPathID
    /// Whether the path without its first segment is a route.
    case prefixedRoute
    /// The username or phone of a request with another fault is taken too.
    case takenToo
    case takenInOtherCase, nameInOtherCase, byPhone, byID, unknownAccount, unknownUser, ofOneself
    /// The name given is the phone number of an account without its plus sign.
    case namesPhone
    case cleanupPath

    // MARK: The body and the query, looked at only where a trigger asks
    case beyondASCII, unknownField, repeatedField, otherSpelling, fieldOfOtherType, nullField, partOfOtherKind,
        malformedID
    case image, video, document, unknownType, emptyFile, largeFile, exactLimit, misnamed, oddFileName
    case unknownParameter, repeatedParameter, filtered, severalFilters, oldestFirst

    // MARK: The answer
    case created, emptyField, jsonAnswer, keyMade
    case counted, uncounted, remainingFell, windowRestarted, afterOtherAuthRoute, otherUser
    case items, severalItems, more, unread, lastMessage, withoutLastMessage, incoming, lastMessageRead
    case attachments, notText, ownRead, ownDelivered
    /// Messages became read; more of them than the page shows.
    case marks, marksBeyondPage
    case hasFollows, hasPosts, hasStories, following, `private`, pending
    case located, liked, saved
    case registered, unregistered, lastSeen
    case likeNotification, followNotification
    case answered, byCallee, longRinging
    case corrupted, corruptedOtherwise, withOneself, unsorted, deletes, mends

    // MARK: What went before
    case afterRefusal, afterReplay, afterUpdate, afterEdit, afterBlock, afterUnblock, afterUnfollow, afterExpiry
    case afterWithdrawal, afterInjection, afterDeletion
    case knownDevice, sentBefore, viewedBefore, unfollowedBefore, deletedBefore, cleanedBefore, injected
    case blocks, blockedByOther, removesFollow, followsLost, pendingFollow, olderThanFollow
    case calleeBusy, callOver, webhooks

    // MARK: Publications, connections, deliveries, control
    case newMessage, conversationUpdate, previewCut, previewIsType, receipt, readerStatus, readUpdate
    case connectionRestored, connectionRetried, publicationsWaited, publicationRepeated
    case opened, rejected, limited, binary, oversized, overHTTP, connected, afterCall
    case ofMessageCreated, ofCreation, repeated, retry
    case limitsOn

    /// Whether finding out costs so much that it is done only where a trigger asks.
    var isCostly: Bool { Fact.costly.contains(self) }

    private static let costly = FactSet([
        .malformedJSON, .beyondASCII, .unknownField, .repeatedField, .otherSpelling, .fieldOfOtherType, .nullField,
        .partOfOtherKind,
        .malformedID, .image, .video, .document, .unknownType, .emptyFile, .largeFile, .exactLimit, .misnamed,
        .oddFileName,
        .unknownParameter, .repeatedParameter, .filtered, .severalFilters, .oldestFirst,
    ])

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ("\($0)", $0) })

    /// `nil` for a word that names no fact.
    init?(name: some StringProtocol) {
        guard let fact = Fact.byName[String(name)] else { return nil }
        self = fact
    }
}

/// A set of facts.
struct FactSet: Sendable, Hashable {
    private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)

    init(_ facts: [Fact] = []) {
        for fact in facts { insert(fact) }
    }

    var isEmpty: Bool { words.0 | words.1 | words.2 == 0 }

    mutating func insert(_ fact: Fact) {
        let bit = UInt64(1) << UInt64(fact.rawValue & 63)
        switch fact.rawValue >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        default: words.2 |= bit
        }
    }

    mutating func insert(_ fact: Fact, if holds: Bool) {
        if holds { insert(fact) }
    }

    mutating func formUnion(_ other: FactSet) {
        words.0 |= other.words.0
        words.1 |= other.words.1
        words.2 |= other.words.2
    }

    func contains(_ fact: Fact) -> Bool { !isDisjoint(with: FactSet([fact])) }

    func isSubset(of other: FactSet) -> Bool {
        words.0 & ~other.words.0 == 0 && words.1 & ~other.words.1 == 0 && words.2 & ~other.words.2 == 0
    }

    func isDisjoint(with other: FactSet) -> Bool {
        words.0 & other.words.0 == 0 && words.1 & other.words.1 == 0 && words.2 & other.words.2 == 0
    }

    static func == (a: FactSet, b: FactSet) -> Bool { a.words == b.words }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}
