import ChatrixConformance
import ChatrixModel
import Testing

/// A target that answers every request with one and the same answer.
private struct CannedTarget: Target {
    let name = "canned"
    let baseURL = "http://canned.test"
    var capabilities: Set<Capability> = []
    var answer = Exchange.Answer(
        status: 200, headers: [.init("X-Twice", "1"), .init("x-twice", "2"), .init("Content-Type", "text/odd")],
        body: Array(#"{"a":1,"list":[{"id":"x"}],"text":"é","none":null,"time":"2023-04-10T12:00:00.000Z"}"#.utf8))

    mutating func prepare(rateLimits: RateLimitMode) {}
    mutating func send(_ request: Exchange.Request) -> Exchange.Answer { answer }
    mutating func publications(after sequence: Int) -> [Publication] { [] }
}

@Suite struct CheckTests {
    private func outcome(_ body: @escaping @Sendable (inout Lab) throws -> Void) -> Check.Outcome {
        var target: any Target = CannedTarget()
        return Check(["AUTHZ-01"], "a claim", body).run(on: &target, run: 1)
    }

    private func failure(_ body: @escaping @Sendable (inout Lab) throws -> Void) throws -> Check.Failure {
        guard case .failed(let failure) = outcome(body) else {
            throw Check.Failure("expected the check to fail", exchange: nil)
        }
        return failure
    }

    @Test func failedCheckShowsRequestAnswerAndCurlLine() throws {
        let failure = try failure { lab in
            try lab.post("/a?b=1", #"{"it's":1}"#, headers: ["x-device-id": "d"]).expect(201)
        }
        #expect(failure.what == "expected status 201, found 200")
        let text = failure.description
        #expect(text.contains("POST /a?b=1\nContent-Type: application/json\nx-device-id: d\n{\"it's\":1}"))
        #expect(text.contains("--- answer\n200\nX-Twice: 1"))
        #expect(
            text.hasSuffix(
                #"curl -si -X POST 'http://canned.test/a?b=1' -H 'Content-Type: application/json' "#
                    + #"-H 'x-device-id: d' --data-binary '{"it'\''s":1}'"#))
    }

    @Test func passedCheckIsHeld() {
        #expect(outcome { lab in try lab.get("/").expect(200) } == .held)
    }

    @Test func unmetNeedIsSkippedAndNeverHeld() {
        var target: any Target = CannedTarget()
        let check = Check(["AUTHZ-01"], "a claim", needs: [.clock]) { _ in }
        #expect(check.run(on: &target, run: 1) == .skipped("the target lacks: clock"))
        #expect(outcome { try $0.advance(seconds: 1) } == .skipped("the clock of the target cannot be moved"))
        #expect(outcome { _ = try $0.publications { _ in } } == .skipped("publications cannot be observed"))
        #expect(outcome { try $0.control("reset") } == .skipped("the target has no control plane"))
    }

    @Test func keySetsAreExact() throws {
        let missing = try failure { try $0.get("/").json["list"][0].expectKeys("id", "name") }
        #expect(missing.what == "list[0]: expected exactly the keys id, name, found it without name")
        let extra = try failure { try $0.get("/").json["list"][0].expectKeys() }
        #expect(extra.what == "list[0]: expected exactly the keys , found it with id in addition")
        #expect(outcome { try $0.get("/").json["list"][0].expectKeys("id") } == .held)
    }

    @Test func everyExpectationCanFail() throws {
        let expectations: [@Sendable (Node) throws -> Void] = [
            { try $0["a"].expect(2) }, { try $0["a"].expect("1") }, { try $0["text"].expect("e\u{301}") },
            { try $0["missing"].expectNull() }, { try $0["a"].expectNull() }, { try $0["none"].expectText() },
            { try $0["a"].expectNot(1) }, { try $0["missing"].expectNot(1) }, { try $0["text"].expectInteger() },
            { try $0["text"].expectBool() }, { try $0["text"].expectID() }, { try $0["text"].expectTimestamp() },
            { try $0["time"].expectUUIDv4() }, { try $0["list"].expectCount(2) }, { _ = try $0["a"].items() },
            { try $0["text"].expect(oneOf: "a", "b") }, { _ = try $0["list"].element(whose: "id", is: "y") },
            { try $0["list"].expectKeys("id") },
        ]
        for (index, expectation) in expectations.enumerated() {
            let isFailed = if case .failed = outcome({ try expectation($0.get("/").json) }) { true } else { false }
            #expect(isFailed, "expectation \(index) held")
        }
        #expect(outcome { try $0.get("/").json["time"].expectTimestamp() } == .held)
        #expect(outcome { try $0.get("/").json["text"].expect("é") } == .held)
    }

    @Test func repeatedHeaderIsAFailure() throws {
        let failure = try failure { _ = try $0.get("/").header("x-twice") }
        #expect(failure.what == #"expected the header x-twice once, found ["1", "2"]"#)
    }

    @Test func curlWritesBytesAndLongRuns() {
        let bytes: [UInt8] = [0xFF, 0x27] + [UInt8](repeating: 0x61, count: 1_048_576) + [0x0A]
        let exchange = Exchange(
            request: .init(method: "POST", target: "/x", body: bytes),
            answer: .init(status: 200, headers: [], body: []), baseURL: "http://canned.test")
        #expect(
            exchange.curl
                == #"{ printf '\377\047'; head -c 1048576 /dev/zero | tr '\000' 'a'; printf '\012'; } | "#
                + #"curl -si -X POST 'http://canned.test/x' -H 'Content-Type:' --data-binary @-"#)
    }

    @Test func base64URLRoundTripsEveryLength() throws {
        #expect(Base64URL.encode(Array("light work.".utf8)) == "bGlnaHQgd29yay4")
        for count in 0...20 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 91 + 250) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.decode("a+b") == nil)
    }
}

@Suite struct ReportTests {
    private static let held = Check(["AUTHZ-01", "PAGE-04"], "one") { _ in }
    private static let failed = Check(["PAGE-04"], "two") { try $0.get("/").expect(201) }
    private static let skipped = Check(["AUTHZ-02"], "three", needs: [.clock]) { _ in }

    private func report(
        _ checks: [Check], profile: Profile = Profile(), isStrict: Bool = true,
        counting isCounted: @escaping @Sendable (Behaviour) -> Bool = { _ in true }
    ) -> ConformanceReport {
        var run = ConformanceRun(
            checks, on: CannedTarget(), profile: profile, isStrict: isStrict, counting: isCounted)
        return run.runAll()
    }

    @Test func rowFailsWithAnyOfItsChecks() {
        let report = report([Self.held, Self.failed, Self.skipped])
        let lines = report.lines
        #expect(lines.last == "behaviours: 762 rows, 1 held, 1 failed, 0 differ, 760 skipped")
        #expect(lines.contains("failed: PAGE-04: two"))
        #expect(lines.contains("skipped, 1: the target lacks: clock: AUTHZ-02"))
        #expect(report.hasFailures)
    }

    @Test func decidedRowDiffersWhereDecisionsDoNotBind() {
        let report = report([Self.failed], isStrict: false) { $0.id == "PAGE-04" }
        #expect(report.lines.last == "behaviours: 1 rows, 0 held, 0 failed, 1 differ, 0 skipped")
        #expect(!report.hasFailures)
    }

    @Test func catalogueHasEveryRowOnce() {
        #expect(Behaviour.all.count == 762)
        #expect(Set(Behaviour.all.map(\.id)).count == 762)
        #expect(Behaviour.all.allSatisfy { $0.strength == .documented || $0.decision != nil })
        let row = Behaviour.named("CHAT-SEND-08")
        #expect(row?.area == .chat)
        #expect(row?.route == "POST /chat/messages")
        #expect(row?.kind == .limit)
        #expect(row?.decision == "D-18")
    }

    @Test func catalogueNamesTheChecksOfARow() {
        let row = Catalogue.json.array?.first { $0["id"]?.string == "CHAT-SEND-09" }
        #expect(row?.members?.map(\.name) == ["id", "area", "route", "says", "strength", "decision", "checks"])
        #expect(row?["checks"]?.array?.count == 2)
        #expect(Catalogue.lines.count == 762)
    }
}
