/// One atomic rule of the API: a row of the behaviour catalogue.
///
/// The rows stand in one table per area, one line a row, so that an id is found with one search.
package struct Behaviour: Sendable, Hashable, Identifiable {
    /// `AREA-ENDPOINT-NN`; stable, never used again.
    package let id: String
    package let area: Area
    /// Method and path with `:name` for parameters, an MQTT topic, or `*` for a rule of the whole surface.
    package let route: String
    package let kind: Kind
    /// What holds, as one sentence.
    package let says: String
    package let strength: Strength
    /// The decision (`D-nn`) that a decided row follows from, or that says how a documented row is read.
    package let decision: String?

    package enum Strength: String, Sendable {
        /// The API document states or shows it.
        case documented
        /// It follows from a decision where the document is silent or contradicts itself.
        case decided
    }

    package enum Kind: String, Sendable {
        case admin, auth, event, format, header, limit, pagination, request, response, sideEffect = "side-effect"
        case stateMachine = "state-machine"
        case status
    }

    /// In the order of the catalogue.
    package enum Area: String, Sendable, CaseIterable {
        case auth, authz, users, posts, chat, mqtt, contacts, follows, block, reports, stories, notifications, media
        case storage, calls, errors, rate, websocket, webhook, pagination, filtering, files, localization, time, ids
        case wire, admin, control
    }
}

extension Behaviour {
    /// Every row, in the order of the areas and, inside an area, of the catalogue.
    package static let all: [Behaviour] = Area.allCases.flatMap { area in
        area.rows.split(separator: "\n").map { Behaviour(row: $0, area: area) }
    }

    private static let byID: [String: Behaviour] = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

    /// The row with this id, or `nil`.
    package static func named(_ id: String) -> Behaviour? { byID[id] }

    /// Reads `id | route | kind | strength[ decision] | says`; the tables are part of the program, so a bad row traps.
    private init(row: Substring, area: Area) {
        let fields = row.split(separator: " | ", omittingEmptySubsequences: false)
        precondition(fields.count == 5, "a row needs five fields: \(row)")
        let source = fields[3].split(separator: " ")
        guard let kind = Kind(rawValue: String(fields[2])), let strength = Strength(rawValue: String(source[0])) else {
            preconditionFailure("unknown kind or strength: \(row)")
        }
        self.init(
            id: String(fields[0]), area: area, route: String(fields[1]), kind: kind, says: String(fields[4]),
            strength: strength, decision: source.count > 1 ? String(source[1]) : nil)
    }
}

extension Behaviour.Area {
    fileprivate var rows: String {
        switch self {
        case .auth: Self.authRows
        case .authz: Self.authzRows
        case .users: Self.usersRows
        case .posts: Self.postsRows
        case .chat: Self.chatRows
        case .mqtt: Self.mqttRows
        case .contacts: Self.contactsRows
        case .follows: Self.followsRows
        case .block: Self.blockRows
        case .reports: Self.reportsRows
        case .stories: Self.storiesRows
        case .notifications: Self.notificationsRows
        case .media: Self.mediaRows
        case .storage: Self.storageRows
        case .calls: Self.callsRows
        case .errors: Self.errorsRows
        case .rate: Self.rateRows
        case .websocket: Self.websocketRows
        case .webhook: Self.webhookRows
        case .pagination: Self.paginationRows
        case .filtering: Self.filteringRows
        case .files: Self.filesRows
        case .localization: Self.localizationRows
        case .time: Self.timeRows
        case .ids: Self.idsRows
        case .wire: Self.wireRows
        case .admin: Self.adminRows
        case .control: Self.controlRows
        }
    }
}
