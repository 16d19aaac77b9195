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
        }
        #expect(missing.isEmpty, "no check names \(missing)")
    }

    @Test func noRowIsBothNamedAndExcused() {
        for id in Self.later.keys.sorted() {
            #expect(Behaviour.named(id) != nil, "\(id) is no row")
            #expect(Checks.naming(id).isEmpty, "\(id) has a check")
        }
    }

    private static let prefixes = [
        "AUTH-REGISTER", "AUTH-LOGIN", "AUTH-REFRESH", "AUTHZ", "USERS-ME-GET", "USERS-GET", "CHAT-ENSURE",
        "CHAT-CONVERSATIONS", "CHAT-MESSAGES", "CHAT-SEND", "CHAT-READ", "CHAT-VIEW", "BLOCK", "UNBLOCK",
        "MQTT-MESSAGE", "MQTT-RECEIPT", "MQTT-STATUS", "MQTT-CONVERSATION", "MQTT-CONFIG", "ERROR", "WIRE", "TIME",
        "IDS", "PAGE", "RATE", "LOCALE", "FILTER", "FOLLOW", "UNFOLLOW", "CONTROL", "POSTS-CREATE",
        "POSTS-GET", "POSTS-FEED", "STORIES-CREATE", "STORIES-FEED", "CONTACTS", "REPORTS", "NOTIFICATIONS",
        "CALL-CREATE", "CALL-ANSWER", "CALL-END", "ADMIN-INSPECT", "ADMIN-CLEANUP", "ADMIN-DELETE",
        "USERS-ME-PATCH", "MEDIA-UPLOAD", "STORAGE-UPLOAD", "STORAGE-MULTIPLE", "STORAGE-FILE", "STORAGE-PREVIEW",
        "FILES", "WS", "WEBHOOK",
    ]

    /// Rows that only something else can show, with what that is.
    private static let later = [
        // Only a subscriber at a broker sees these; the tests of the server have one.
        "MQTT-CONFIG-01": "a broker",
        "MQTT-CONFIG-02": "a broker",
        "MQTT-CONFIG-03": "a broker that goes away",
        "MQTT-CONFIG-04": "a broker that goes away",
        "MQTT-CONFIG-05": "a broker that goes away",
        // A rule for those who watch, not for the backend.
        "MQTT-CONFIG-09": "an observer that receives a publication twice",
    ]
}
