import ChatrixConformance
import ChatrixModel
import Testing

@Suite struct CoverageTests {
    @Test func everyIDNamedByACheckIsInTheCatalogue() {
        for check in Checks.all {
            for id in check.ids { #expect(Behaviour.named(id) != nil, "\(id) of \(check.title)") }
        }
    }

    @Test func checksHaveTitlesOfTheirOwn() {
        let names = Checks.all.map(\.description)
        #expect(Set(names).count == names.count)
    }

    @Test func everyRowOfTheAreasOfTheChecksIsNamed() {
        let missing = Behaviour.all.map(\.id).filter { id in
            Self.prefixes.contains { id.hasPrefix($0 + "-") } && Checks.naming(id).isEmpty && Self.later[id] == nil
                && Unobservable.reasons[id] == nil
        }
        #expect(missing.isEmpty, "no check names \(missing)")
    }

    @Test func noRowIsBothNamedAndExcused() {
        for id in Self.later.keys.sorted() {
            #expect(Behaviour.named(id) != nil, "\(id) is no row")
            #expect(Checks.naming(id).isEmpty, "\(id) has a check")
        }
    }

    @Test func atMostEightRowsCannotBeObserved() {
        #expect(Unobservable.reasons.count <= 8)
        for (id, reason) in Unobservable.reasons {
            #expect(Behaviour.named(id) != nil && !reason.isEmpty, "\(id)")
            #expect(Checks.naming(id).isEmpty, "\(id) has a check")
        }
    }

    private static let prefixes = [
        "AUTH-REGISTER", "AUTH-LOGIN", "AUTH-REFRESH", "AUTHZ", "USERS-ME-GET", "USERS-GET", "CHAT-ENSURE",
        "CHAT-CONVERSATIONS", "CHAT-MESSAGES", "CHAT-SEND", "CHAT-READ", "CHAT-VIEW", "BLOCK", "UNBLOCK",
        "MQTT-MESSAGE", "MQTT-RECEIPT", "MQTT-STATUS", "MQTT-CONVERSATION", "MQTT-CONFIG", "ERROR", "WIRE", "TIME",
        "IDS", "PAGE", "RATE", "LOCALE", "FILTER", "FOLLOW", "UNFOLLOW", "CONTROL",
    ]

    /// Rows that only something else can show, with what that is.
    private static let later = [
        "USERS-ME-GET-07": "posts",
        "FOLLOW-07": "the list of notifications",
        "RATE-03": "the upload routes",
        "RATE-14": "the upload routes",
        "CONTROL-03": "posts",
        "CONTROL-04": "contacts",
        "CONTROL-05": "the list of notifications",
        "CONTROL-06": "webhooks",
    ]
}
