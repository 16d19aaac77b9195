import ChatrixModel
import HTTPTypes

/// What exercises each behaviour row, one line a row as in the catalogue, so that an id is found with one search.
///
/// `ID | trigger | trigger`: a row is exercised by any of its triggers. A trigger is `subject,subject word word …`, and
/// all its words have to hold:
///
/// - subjects: endpoints by `Endpoint.Name`; `unknownRoute`, `wrongMethod`; `publication` (the MQTT events of one step);
///   `socket`, `frame` and `frame:event` (from a client), `push` and `push:event` (to a client); `webhook` and
///   `webhook:event`; `control` and `control:command`; `broker`; or a group of endpoints, see `groups`;
/// - `ok`, `refused` or a status; `!name` or `!name(field)` for one `Refusal`;
/// - `+field`, `-field`: the body has it or not; `@field`: as a file; `field#>8`, `#<`, `#=`: its length in scalars;
///   `field*>1`: how many files;
/// - `?parameter`, `-?parameter`, `?parameter=value` of the query;
/// - a `Fact`, or `not:fact`.
enum CoverageTable {
    /// What a row can be exercised by.
    enum Subject: Sendable, Hashable {
        case endpoint(Endpoint.Name)
        case unknownRoute, wrongMethod, publication, socket, broker
        case frame(String)
        case push(String)
        case webhook(String)
        case control(String)
    }

    /// In the order of the rows.
    static let triggers: [Trigger] = parsed.triggers
    /// The triggers that name a subject.
    static let bySubject: [Subject: OpenTriggers] = parsed.bySubject

    /// Events of frames, in both directions (WS-IN, WS-OUT).
    private static let frameEvents = [
        "message", "message_update", "message_delete", "typing", "call", "call_accept", "call_reject", "call_end",
        "notification", "presence", "subscribe", "unsubscribe", "error", unknownName,
    ]
    private static let webhookEvents = [
        "message.created", "message.updated", "message.deleted", "user.registered", "user.updated", "user.deleted",
        "post.created", "post.updated", "post.deleted", "comment.created", "comment.updated", "comment.deleted",
        "like.created", "like.deleted", "follow.created", "follow.deleted", "follow.accepted", "story.created",
        "story.viewed", "story.deleted", "call.started", "call.answered", "call.ended",
    ]
    /// Stands for events and commands that there are not.
    static let unknownName = "unknown"

    private static let parsed: (triggers: [Trigger], bySubject: [Subject: OpenTriggers]) = {
        let rows = Dictionary(uniqueKeysWithValues: Behaviour.all.enumerated().map { ($1.id, $0) })
        var triggers: [Trigger] = []
        var bySubject: [Subject: [Int]] = [:]
        for line in Behaviour.Area.allCases.flatMap({ $0.triggers.split(separator: "\n") }) {
            let parts = line.split(separator: " | ")
            guard parts.count > 1, let row = rows[String(parts[0])] else {
                preconditionFailure("no row with triggers: \(line)")
            }
            for part in parts.dropFirst() {
                let words = part.split(separator: " ")
                for name in Set(words[0].split(separator: ",")).sorted() {
                    guard let found = groups[String(name)] else { preconditionFailure("no subject: \(name)") }
                    for subject in found { bySubject[subject, default: []].append(triggers.count) }
                }
                triggers.append(Trigger(row: row, words: words.dropFirst()))
            }
        }
        return (triggers, bySubject.mapValues { OpenTriggers($0, of: triggers) })
    }()

    /// Every name that a trigger can begin with.
    private static let groups: [String: [Subject]] = {
        var groups: [String: [Subject]] = [
            "unknownRoute": [.unknownRoute], "wrongMethod": [.wrongMethod], "publication": [.publication],
            "socket": [.socket], "broker": [.broker],
            "frame": frameEvents.map(Subject.frame), "push": frameEvents.map(Subject.push),
            "webhook": webhookEvents.map(Subject.webhook),
        ]
        for name in frameEvents {
            groups["frame:\(name)"] = [.frame(name)]
            groups["push:\(name)"] = [.push(name)]
        }
        for name in webhookEvents { groups["webhook:\(name)"] = [.webhook(name)] }
        let commands = ControlCommand.allCases.map(\.rawValue) + [unknownName]
        for name in commands { groups["control:\(name)"] = [.control(name)] }
        groups["control"] = commands.map(Subject.control)
        for endpoint in Endpoint.all { groups["\(endpoint.name)"] = [.endpoint(endpoint.name)] }

        func add(_ name: String, _ others: [Subject] = [], where belongs: (Endpoint) -> Bool) {
            groups[name] = Endpoint.all.filter(belongs).map { .endpoint($0.name) } + others
        }
        add("any", [.unknownRoute, .wrongMethod]) { _ in true }
        add("open") { $0.access == .open }
        add("optional") { $0.access == .optionalToken }
        add("guarded") { $0.access == .token }
        add("writers") { $0.method != .get }
        add("auth") { $0.rateClass == .auth }
        add("uploads") { $0.rateClass == .upload }
        add("others", [.unknownRoute, .wrongMethod]) { $0.rateClass == .other }
        add("lists") { [.feed, .conversations, .messages, .notifications].contains($0.name) }
        // Those that take files.
        add("filed") { $0.body == .form || $0.body == .jsonOrForm }
        // Those whose answers show times.
        add("timed") {
            [
                .me, .profile, .createPost, .post, .feed, .ensure, .conversations, .messages, .send, .contacts, .follow,
                .report, .createStory, .storyFeed, .notifications, .uploadMedia, .createCall, .answerCall, .endCall,
            ].contains($0.name)
        }
        return groups
    }()
}

extension Behaviour.Area {
    fileprivate var triggers: String {
        switch self {
        case .auth: CoverageTable.auth
        case .authz: CoverageTable.authz
        case .users: CoverageTable.users
        case .posts: CoverageTable.posts
        case .chat: CoverageTable.chat
        case .mqtt: CoverageTable.mqtt
        case .contacts: CoverageTable.contacts
        case .follows: CoverageTable.follows
        case .block: CoverageTable.block
        case .reports: CoverageTable.reports
        case .stories: CoverageTable.stories
        case .notifications: CoverageTable.notifications
        case .media: CoverageTable.media
        case .storage: CoverageTable.storage
        case .calls: CoverageTable.calls
        case .errors: CoverageTable.errors
        case .rate: CoverageTable.rate
        case .websocket: CoverageTable.websocket
        case .webhook: CoverageTable.webhook
        case .pagination: CoverageTable.pagination
        case .filtering: CoverageTable.filtering
        case .files: CoverageTable.files
        case .localization: CoverageTable.localization
        case .time: CoverageTable.time
        case .ids: CoverageTable.ids
        case .wire: CoverageTable.wire
        case .admin: CoverageTable.admin
        case .control: CoverageTable.control
        }
    }
}
