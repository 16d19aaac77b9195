import ChatrixConformance
import ChatrixModel
import Testing

/// Each knob: a target that deviates as the knob says fails by default and is accepted with the knob.
@Suite struct KnobTests {
    struct Deviation: Sendable, CustomTestStringConvertible {
        let knob: String
        let value: String
        /// The checks of these rows tell the deviation.
        let rows: [String]
        let make: @Sendable () -> DeviatingTarget

        init(
            _ knob: String, _ value: String, _ rows: [String],
            _ change: @escaping @Sendable (inout DeviatingTarget) -> Void
        ) {
            self.knob = knob
            self.value = value
            self.rows = rows
            make = {
                var target = DeviatingTarget()
                change(&target)
                return target
            }
        }

        var testDescription: String { "\(knob): \(value)" }
    }

    private func report(_ rows: [String], on target: DeviatingTarget, _ knobs: Knobs) -> ConformanceReport {
        var run = ConformanceRun(on: target, profile: Profile(knobs: knobs)) { rows.contains($0.id) }
        return run.runAll()
    }

    @Test(arguments: Self.deviations)
    func deviationFailsByDefaultAndIsAcceptedWithItsKnob(_ deviation: Deviation) throws {
        for row in deviation.rows {
            let strict = report([row], on: deviation.make(), Knobs())
            #expect(strict.rows.map(\.verdict) == [.failed], "\(row) does not tell the deviation")
        }
        var knobs = Knobs()
        let knob = try #require(Knob.named(deviation.knob))
        #expect(knob.set(deviation.value, in: &knobs))
        let relaxed = report(deviation.rows, on: deviation.make(), knobs)
        #expect(
            relaxed.rows.map(\.verdict) == deviation.rows.map { _ in .held }, "\(relaxed.lines.joined(separator: "\n"))"
        )
        #expect(relaxed.lines.contains("knob: \(deviation.knob): \(deviation.value) (\(knob.decision))"))
    }

    @Test(arguments: Self.deviations.filter { $0.value != "either" })
    func referenceDoesNotPassForADeviationThatItDoesNotHave(_ deviation: Deviation) throws {
        guard Self.exacting.contains("\(deviation.knob): \(deviation.value)") else { return }
        var knobs = Knobs()
        #expect(try #require(Knob.named(deviation.knob)).set(deviation.value, in: &knobs))
        let report = report(deviation.rows, on: DeviatingTarget(), knobs)
        #expect(report.hasFailures, "\(deviation.testDescription) takes anything")
    }

    /// Values that ask for something else than the default, and so refuse it.
    private static let exacting: Set = [
        "absent-optionals: omitted", "last-page-cursor: null", "limit-out-of-range: clamp", "bad-cursor: empty-page",
        "bad-cursor: ignore", "delivered-on: publish", "delivered-on: never", "first-page-status: after-marking",
        "read-noop-events: publish", "messages-read-unread-count: reader",
        "new-message-conversation-event: all-participants", "ratelimit-reset: unix-millis", "ratelimit-reset: iso-8601",
        "ratelimit-reset: delta-seconds",
    ]

    @Test(arguments: [
        ("bad-cursor", "skip", "PAGE-08"), ("delivered-on", "skip", "CHAT-MESSAGES-21"),
        ("messages-read-unread-count", "skip", "MQTT-CONVERSATION-07"), ("rate-limits", "skip", "RATE-10"),
        ("rate-limits", "off", "RATE-05"), ("mqtt", "skip", "MQTT-MESSAGE-01"),
    ])
    func whatAKnobSkipsIsSkippedAndNeverPassed(knob: String, value: String, row: String) throws {
        var knobs = Knobs()
        #expect(try #require(Knob.named(knob)).set(value, in: &knobs))
        let report = report([row], on: DeviatingTarget(), knobs)
        #expect(report.rows.map(\.verdict) == [.skipped("the profile says \(knob): \(value)")])
    }

    @Test(arguments: [
        ("websocket", Capability.webSocket, "the profile says websocket: skip"),
        ("webhooks", .webhooks, "the profile says webhooks: skip"),
        ("admin-destructive", .destructiveAdmin, "the profile does not say admin-destructive: allow"),
    ])
    func knobWithholdsAMeans(knob: String, capability: Capability, reason: String) throws {
        var knobs = Knobs()
        #expect(try #require(Knob.named(knob)).set("skip", in: &knobs))
        let check = Check(["AUTHZ-01"], "a claim", needs: [capability]) { _ in }
        var target: any Target = DeviatingTarget()
        var setting = Setting()
        #expect(check.run(on: &target, in: &setting) == .held)
        setting.knobs = knobs
        #expect(check.run(on: &target, in: &setting) == .skipped(reason))
    }

    @Test func everyKnobHasADefaultAndRefusesNonsense() {
        for knob in Knob.all {
            var knobs = Knobs()
            #expect(knob.set(knob.defaultValue, in: &knobs))
            #expect(!knob.set("no such value", in: &knobs))
            #expect(knobs == Knobs())
        }
        #expect(Set(Knob.all.map(\.name)).count == 18)
        #expect(Knobs().departures.isEmpty)
        #expect(Knobs.deployment.departures.map(\.knob.name) == ["admin-destructive"])
    }

    @Test func publicationThatComesTwiceIsNoFault() {
        var target = DeviatingTarget()
        target.published = { all in
            all.flatMap { one in
                var again = one
                again.sequence = one.sequence * 2
                var first = one
                first.sequence = one.sequence * 2 - 1
                return [first, again]
            }
        }
        var run = ConformanceRun(on: target) { $0.area == .mqtt }
        let report = run.runAll()
        #expect(report.count.failed == 0, "\(report.lines.joined(separator: "\n"))")
        #expect(report.count.held >= 31)
    }

    @Test func publicationThatComesTwiceButChangedIsAFault() {
        var target = DeviatingTarget()
        target.published = { all in
            all.flatMap { one in
                var again = one
                again.sequence = one.sequence * 2
                again.payload = one.payload.replacing("count") { _ in 99 }.replacing("action") { _ in "again" }
                var first = one
                first.sequence = one.sequence * 2 - 1
                return [first, again]
            }
        }
        var run = ConformanceRun(on: target) { $0.id == "MQTT-CONFIG-06" || $0.id == "CHAT-SEND-22" }
        #expect(run.runAll().count.failed == 2)
    }

    @Test func namesOfTwoRunsDiffer() throws {
        for start in [1, 8_000_000_000, 8_998_999_999] {
            var lab = Lab(target: InProcessTarget(), setting: Setting(nextName: start))
            let phone = lab.freshPhone()
            #expect(phone.hasPrefix("+628"), "\(phone)")
            #expect((11...14).contains(phone.utf8.count), "\(phone)")
            let name = lab.freshUsername()
            #expect(name == "cx_\(start + 1)")
        }
    }
}
