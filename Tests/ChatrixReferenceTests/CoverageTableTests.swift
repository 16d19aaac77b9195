import ChatrixModel
import Testing

@testable import ChatrixReference

@Suite struct CoverageTableTests {
    @Test func everyRowHasATrigger() {
        let rows = Set(CoverageTable.triggers.map(\.outline.row))
        let missing = Behaviour.all.indices.filter { !rows.contains($0) }.map { Behaviour.all[$0].id }
        #expect(missing.isEmpty, "\(missing)")
    }

    @Test func everyTriggerHasASubject() {
        let named = Set(CoverageTable.bySubject.values.flatMap(\.places))
        #expect(named == Set(CoverageTable.triggers.indices))
    }

    @Test func factsFitIntoTheirSet() {
        for fact in Fact.allCases {
            let set = FactSet([fact])
            #expect(Fact.allCases.filter { set.contains($0) } == [fact])
        }
    }
}

/// What no request brings about is told by those who see it.
@Suite struct CoverageNoticeTests {
    private var api: ReferenceAPI

    init() {
        var configuration = ReferenceAPI.Configuration()
        configuration.isObserved = true
        api = ReferenceAPI(configuration: configuration)
    }

    /// The rows exercised so far whose IDs begin with `prefix`.
    private func exercised(_ prefix: String) -> [String] {
        zip(Behaviour.all, api.coverage.isExercised).filter { $1 && $0.id.hasPrefix(prefix) }.map(\.0.id)
    }

    @Test mutating func brokerIncidents() {
        api.cover(.connectionRestored)
        #expect(exercised("MQTT") == ["MQTT-CONFIG-03"])
        api.cover(.connectionRetried)
        api.cover(.publicationsWaited)
        api.cover(.publicationRepeated)
        #expect(exercised("") == ["MQTT-CONFIG-03", "MQTT-CONFIG-04", "MQTT-CONFIG-05", "MQTT-CONFIG-09"])
    }

    @Test mutating func framesAndConnections() {
        api.coverSocket(.opened)
        api.coverFrame("message", nil)
        #expect(exercised("") == ["WS-01", "WS-03", "WS-OUT-08", "WS-OUT-14", "WS-OUT-15"])
        api.coverFrame("message_update", .notSender)
        #expect(exercised("WS-OUT") == ["WS-OUT-08", "WS-OUT-09", "WS-OUT-14", "WS-OUT-15", "WS-OUT-16"])
        api.coverSocket(.rejected)
        api.coverSocket(.binary)
        for event in [
            "subscribe", "unsubscribe", "typing", "call", "call_accept", "call_reject", "call_end", "message_update",
            "message_delete",
        ] {
            api.coverFrame(event, nil)
        }
        api.coverFrame("dance", .invalidField("event"))
        api.coverFrame(nil, .malformedBody)
        for event in [
            "message", "message_update", "message_delete", "typing", "call", "call_accept", "call_reject", "call_end",
            "notification", "presence",
        ] {
            api.outbox.append(.webSocket(event: event, frame: []))
        }
        api.coverFrame("typing", nil)
        // An answer to a fault, and a frame that a request caused.
        #expect(Behaviour.all.filter { $0.area == .websocket }.count == exercised("WS").count + 2)
        api.outbox.append(.webSocket(event: "error", frame: []))
        api.coverFrame(nil, .malformedBody)
        #expect(exercised("WS-04") == ["WS-04"])
        api.outbox.append(.webSocket(event: "message", frame: []))
        api.coverOutbox(isOverHTTP: true)
        #expect(Behaviour.all.filter { $0.area == .websocket }.count == exercised("WS").count)
    }

    @Test mutating func retriesOfWebhooks() {
        api.outbox.append(.webhook(event: "like.created", body: []))
        api.coverOutbox(isOverHTTP: true)
        #expect(exercised("WEBHOOK-EVENT") == ["WEBHOOK-EVENT-13"])
        #expect(
            exercised("WEBHOOK-SIG") == ["WEBHOOK-SIG-01", "WEBHOOK-SIG-02", "WEBHOOK-SIG-03", "WEBHOOK-SIG-04"])
        api.coverRetry(of: "like.created")
        #expect(exercised("WEBHOOK-SIG").count == 6)
    }

    @Test mutating func nobodyLooks() {
        api.configuration.isObserved = false
        api.cover(.connectionRestored)
        api.coverSocket(.opened)
        api.coverFrame("message", nil)
        api.coverRetry(of: "like.created")
        #expect(exercised("").isEmpty)
    }
}
