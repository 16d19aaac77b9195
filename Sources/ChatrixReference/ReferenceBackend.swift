import ChatrixModel

/// The domain seam: the rules and the state of the API as a pure, deterministic state machine.
///
/// State lives here and in `State/`; the rules of an area stand in the folder of the area.
package struct ReferenceBackend: Sendable {
    package struct Configuration: Sendable {
        package var seed: UInt64 = 1
        /// PBKDF2 rounds of a stored password (D-26). Few by default: this is a test server, and load runs register thousands.
        package var passwordRounds = 64
        /// What object URLs start with (D-76).
        package var objectBaseURL = "http://localhost:9000/chatrix"
        /// What all stored files together may hold; beyond it an upload is refused with 413.
        package var storageBytesMax = 1 << 30
        /// Faults on purpose; those of publications do nothing here.
        package var faults: [Fault] = []

        package init(seed: UInt64 = 1) { self.seed = seed }
    }

    let configuration: Configuration
    var clock = StampClock()
    var random: SplitMix64
    var directory: Directory

    var users: ContiguousArray<UserRecord> = []
    /// Live users by phone, and by username with ASCII letters in lower case.
    var usersByPhone: [String: UserIndex] = [:]
    var usersByUsername: [String: UserIndex] = [:]

    var conversations: ContiguousArray<ConversationRecord> = []
    /// The oldest live conversation of two users, see `pairKey`; others there are only by injection.
    var conversationsByPair: [UInt64: ConversationIndex] = [:]
    var injected = InjectedConversations()

    var posts = PostsState()
    var contacts = ContactsState()
    var stories = StoriesState()
    var notifications = NotificationsState()
    var calls = CallsState()
    var objects: ObjectStore
    var reports = ReportsState()
    var faults: StateFaults

    package init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        random = SplitMix64(seed: configuration.seed)
        directory = Directory(seed: configuration.seed)
        objects = ObjectStore(bytesMax: configuration.storageBytesMax)
        faults = StateFaults(configuration.faults)
    }

    /// Carries out one command in one step and returns its reply with the events to publish.
    ///
    /// `actor` is the caller, `nil` for an anonymous one. `time` is the reading of the clock source; stored times never
    /// go back (D-06). A refused command changes nothing but `last_seen` and emits nothing (D-08).
    package mutating func apply(_ command: Command, by actor: UserID?, at time: Timestamp) -> Outcome {
        let caller = actor.flatMap { userIndex($0) }
        if let caller { users[caller].lastSeen = clock.now(time) }
        return apply(command, byAnyone: caller, at: time)
    }

    /// Like `apply(_:by:at:)` for what came over a WebSocket connection, which counts as activity only when it closes
    /// (D-61).
    package mutating func perform(_ command: Command, by actor: UserID, at time: Timestamp) -> Outcome {
        apply(command, byAnyone: userIndex(actor), at: time)
    }

    private mutating func apply(_ command: Command, byAnyone caller: UserIndex?, at time: Timestamp) -> Outcome {
        let outcome = carryOut(command, byAnyone: caller, at: time)
        return faults.isEmpty ? outcome : spoil(outcome, by: caller, of: command, at: time)
    }

    private mutating func carryOut(_ command: Command, byAnyone caller: UserIndex?, at time: Timestamp) -> Outcome {
        switch command {
        case .auth(let command):
            return apply(command, at: time)
        case .users(.profile(let identifier)):
            return profile(identifier, for: caller)
        case .posts(.post(let id)):
            return showPost(id, to: caller)
        case .admin(let command):
            return apply(command)
        default:
            guard let caller else { return .refused(.unauthenticated) }
            return apply(command, by: caller, at: time)
        }
    }

    /// The areas whose routes need a caller.
    private mutating func apply(_ command: Command, by caller: UserIndex, at time: Timestamp) -> Outcome {
        switch command {
        case .users(.me): return ownProfile(of: caller)
        case .users(.update(let update)): return updateProfile(of: caller, update, at: time)
        case .posts(let command): return apply(command, by: caller, at: time)
        case .chat(let command): return apply(command, by: caller, at: time)
        case .contacts(let command): return apply(command, by: caller)
        case .follows(let command): return apply(command, by: caller, at: time)
        case .block(let command): return apply(command, by: caller)
        case .reports(let command): return apply(command, by: caller, at: time)
        case .stories(let command): return apply(command, by: caller, at: time)
        case .notifications(let command): return apply(command, by: caller)
        case .media(let command): return apply(command, by: caller, at: time)
        case .storage(let command): return apply(command, by: caller, at: time)
        case .calls(let command): return apply(command, by: caller, at: time)
        case .auth, .users(.profile), .admin: preconditionFailure("needs no caller")
        }
    }

    /// The present time for a reading of the clock source: for error envelopes, token expiry and rate windows (D-06).
    package func now(_ time: Timestamp) -> Timestamp { clock.now(time) }

    /// Records activity of a user whose request was refused before it became a command (D-61).
    package mutating func touch(_ user: UserID, at time: Timestamp) {
        guard let index = userIndex(user) else { return }
        users[index].lastSeen = clock.now(time)
    }

    package func exists(_ user: UserID) -> Bool { userIndex(user) != nil }
}

// MARK: - Lookup

extension ReferenceBackend {
    func userIndex(_ id: UserID) -> UserIndex? { directory.index(of: id, .user) }

    func userID(_ index: UserIndex) -> UserID { directory.id(users[index].number) }

    func conversationIndex(_ id: ConversationID) -> ConversationIndex? { directory.index(of: id, .conversation) }

    func summary(of user: UserIndex) -> UserSummary {
        let record = users[user]
        return UserSummary(
            id: directory.id(record.number), username: record.username, fullName: record.fullName,
            avatarURL: record.avatarURL)
    }

    /// The same for both orders.
    static func pairKey(_ a: UserIndex, _ b: UserIndex) -> UInt64 {
        UInt64(min(a, b)) << 32 | UInt64(max(a, b))
    }
}
