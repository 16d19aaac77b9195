import ChatrixConformance
import ChatrixModel
import ChatrixProbe
import ChatrixScenario
import Testing

@Suite struct ProfileTests {
    private func parse(_ text: String, over base: Knobs = Knobs()) throws -> Profile {
        try Profile(parsing: Array(text.utf8), file: "p.yaml", over: base)
    }

    private func problem(_ text: String) throws -> String {
        try #require(throws: InputError.self) { try parse(text) }.description
    }

    @Test func profileSetsWhatItNamesAndKeepsTheRest() throws {
        let profile = try parse(
            """
            name: staging
            waive:
              - {id: CHAT-SEND-08, reason: "issue 12"}
            limit-out-of-range: clamp
            bad-cursor: 400
            event-wait-ms: 500
            path-prefix: /api/v1/
            """, over: .deployment)
        #expect(profile.name == "staging")
        #expect(profile.waivers == [.init(id: "CHAT-SEND-08", reason: "issue 12")])
        #expect(profile.knobs.limitOutOfRange == .clamp)
        #expect(profile.knobs.badCursor == .refused)
        #expect(profile.knobs.eventWaitMilliseconds == 500)
        #expect(profile.knobs.pathPrefix == "/api/v1")
        #expect(profile.knobs.destructiveAdmin == .skip)
        #expect(try parse("{name: x, admin-destructive: allow}", over: .deployment).knobs.destructiveAdmin == .allow)
    }

    @Test func everyFaultIsNamedWithItsPlaceAndTheRightWord() throws {
        #expect(
            try problem(
                """
                name: x
                bad-cursors: skip
                limit-out-of-range: clampd
                event-wait-ms: -1
                mqtt: [check]
                waive:
                  - {id: CHAT-SEND-99, reason: x}
                  - {id: CHAT-SEND-01}
                """)
                    == """
                    p.yaml:2:1: unknown key 'bad-cursors'; did you mean 'bad-cursor'?
                    p.yaml:3:21: 'limit-out-of-range' must be one of 400, clamp, not 'clampd'; did you mean 'clamp'?
                    p.yaml:4:16: 'event-wait-ms' must be a whole number from 0 to 60000, not '-1'
                    p.yaml:5:7: 'mqtt' must be one of check, skip, not a list of 1
                    p.yaml:7:10: unknown id 'CHAT-SEND-99'; did you mean 'CHAT-SEND-09'?
                    p.yaml:8:5: a waiver needs the key 'reason': a text of 1 to 500 characters
                    """)
    }

    @Test func emptyAndNamelessProfilesAreRefused() throws {
        #expect(try problem("") == "p.yaml:1:1: the file is empty; expected a profile")
        #expect(try problem("mqtt: skip").contains("a profile needs the key 'name'"))
        #expect(try problem("- a").contains("must be a mapping"))
        #expect(try problem("name: [").contains("not YAML"))
        #expect(
            try problem("{name: x, waive: [{id: RATE-01, reason: a}, {id: RATE-01, reason: b}]}")
                .contains("'RATE-01' is waived twice"))
    }

    @Test func waivedRowIsCountedAsSkippedAndItsOwnChecksAreNotRun() {
        var target = DeviatingTarget()
        target.answer = { _, answer in Exchange.Answer(status: 500, headers: answer.headers, body: []) }
        let profile = Profile(name: "x", waivers: [.init(id: "CHAT-SEND-14", reason: "known")])
        var run = ConformanceRun(on: target, profile: profile) { ["CHAT-SEND-12", "CHAT-SEND-14"].contains($0.id) }
        let report = run.runAll()
        // One check names both rows, so it runs for the sake of the other.
        #expect(report.rows.map(\.verdict) == [.failed, .waived("known")])
        #expect(report.count.description == "0 held, 1 failed, 0 differ, 1 skipped")
        #expect(report.count.waived == 1)
        #expect(report.lines.contains("skipped, 1: waived: known: CHAT-SEND-14"))
        let alone = ConformanceRun(on: target, profile: profile) { $0.id == "CHAT-SEND-14" }
        #expect(alone.checkCount == 0)
    }
}
