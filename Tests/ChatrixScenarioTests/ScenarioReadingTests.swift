import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixScenario

/// What scenario files come to.
struct ScenarioReadingTests {
    /// The scenario of a file with these steps in its only flow.
    private func steps(_ yaml: String, channels: String = "[mqtt, websocket]") throws -> [Step] {
        let indented = yaml.split(separator: "\n", omittingEmptySubsequences: false).map { "      \($0)" }
        return try read(
            """
            name: t
            users: 10
            channels: \(channels)
            load: [{rate: 1/s, for: 1s}]
            flows:
              - name: a
                steps:
            \(indented.joined(separator: "\n"))
            """
        ).flows[0].steps
    }

    private func read(
        _ text: String, environment: [String: String] = [:], files: [String: String] = [:]
    ) throws(InputError) -> Scenario {
        try Scenario(parsing: Array(text.utf8), file: "a/x.yaml", environment: environment) {
            path, _ throws(InputError) in
            guard let text = files[path] else {
                throw InputError(file: path, problems: [.init(message: "there is no such file")])
            }
            return Array(text.utf8)
        }
    }

    private func call(_ name: String, by actor: Step.Actor = .own, _ arguments: [Step.Argument?]) -> Step {
        .call(Step.Call(name, by: actor, arguments))
    }

    @Test func everyEndpointAndEverySocketEventIsOneStep() {
        var requests: [String] = StepDeclaration.all.compactMap(\.call).map(\.request.name)
        let expected =
            Endpoint.Name.allCases.map(\.rawValue) + SocketAction.allCases.map { "websocket \($0.rawValue)" }
        #expect(Set(requests) == Set(expected))
        requests.sort()
        #expect(requests == expected.sorted())
        for declaration in StepDeclaration.all {
            switch declaration.call?.request {
            case .http(let endpoint): #expect(declaration.name == endpoint.rawValue)
            case .socket(let action): #expect(declaration.name == "socket.\(action.rawValue)")
            case nil: break
            }
        }
    }

    @Test func timesAreDrawnInFourWays() throws {
        let second: Int64 = 1_000_000_000
        #expect(
            try steps(
                """
                - think: 2s
                - think: 1s..3s
                - think: {constant: 1s}
                - think: {uniform: 1s..2s}
                - think: {normal: {mean: 2s, deviation: 500ms}}
                - think: {exponential: {mean: 2s}}
                - me
                """
            ).dropLast() == [
                .think(.constant(2 * second)), .think(.uniform(second...(3 * second))), .think(.constant(second)),
                .think(.uniform(second...(2 * second))), .think(.normal(mean: 2 * second, deviation: second / 2)),
                .think(.exponential(mean: 2 * second)),
            ])
    }

    @Test func nestedStepsOfThePartnerChangePlaces() throws {
        let steps = try steps(
            """
            - peer:
                - send: hi
                - think: 1s
                - await: {event: message, at: peer}
                - await: {event: message, at: self}
                - disconnect: mqtt
                - if: {chance: 30%}
                  then: [read]
            """)
        #expect(
            steps == [
                call("send", by: .peer, [.text(Template(literal: "hi")), nil, nil]),
                .think(.constant(1_000_000_000)),
                .await(Step.Await(.message, at: .own, within: 2_000_000_000)),
                .await(Step.Await(.message, at: .peer, within: 2_000_000_000)),
                .session(Step.Session(isUp: false, [.mqtt], by: .peer)),
                .when(Step.Condition(.chance(0.3)), then: [call("read", by: .peer, [])], otherwise: []),
            ])
    }

    @Test func conditionsHaveTwoTemplates() throws {
        func test(_ text: String) throws -> Step.Condition.Test? {
            guard case .when(let condition, _, _)? = try steps("- if: \(text)\n  then: [me]").first else { return nil }
            return condition.test
        }
        #expect(try test("'{{n}} < 3'") == .compare(Template([.number]), .less, Template(literal: "3")))
        #expect(try test("'{{n}}<=3'") == .compare(Template([.number]), .atMost, Template(literal: "3")))
        #expect(
            try test(#"'"a == b" != {{user}}'"#)
                == .compare(Template(literal: "a == b"), .unequal, Template([.user])))
        #expect(
            try test(#"'{{peer.id}} == ""'"#) == .compare(Template([.peerID]), .equal, Template([])))
        #expect(
            try test("'{{user}} contains v'") == .compare(Template([.user]), .contains, Template(literal: "v")))
        #expect(try test("{chance: 0.5}") == .chance(0.5))
    }

    @Test func repeatsAndBranchesAreRead() throws {
        let steps = try steps(
            """
            - repeat: {times: 3, while: "{{n}} < 9", for: 30s, every: 3s..5s, steps: [view]}
            - choose:
                - {weight: 3, steps: [read]}
                - {steps: [me]}
            """)
        #expect(
            steps == [
                .repeat(
                    Step.Repetition(
                        times: Template(literal: "3"),
                        while: Step.Condition(.compare(Template([.number]), .less, Template(literal: "9"))),
                        for: 30_000_000_000, every: .uniform(3_000_000_000...5_000_000_000)), [call("view", [])]),
                .choose([
                    .init(weight: 3, steps: [call("read", [])]), .init(weight: 1, steps: [call("me", [])]),
                ]),
            ])
    }

    @Test func backgroundIsDisconnectThinkConnect() throws {
        #expect(
            try steps("- background: 30s\n- me", channels: "[mqtt]").dropLast() == [
                .session(Step.Session(isUp: false, [.http, .mqtt, .websocket])), .think(.constant(30_000_000_000)),
                .session(Step.Session(isUp: true, [.mqtt])),
            ])
    }

    @Test func answersFillVariablesThatTheFlowReads() throws {
        let steps = try steps(
            """
            - createCall
            - send: {text: "{{first}}", save: {first: "messages[0].sender.id", other: id}, expect: 403}
            - endCall
            - peer: {endCall: "{{first}}"}
            """)
        let variable: (String) -> Step.Argument = { .text(Template([.variable($0)])) }
        #expect(
            steps == [
                .call(
                    Step.Call("createCall", [nil, nil], captures: [.init(variable: "call", path: [.member("id")])])),
                .call(
                    Step.Call(
                        "send", [variable("first"), nil, nil],
                        captures: [
                            .init(
                                variable: "first",
                                path: [.member("messages"), .index(0), .member("sender"), .member("id")]),
                            .init(variable: "other", path: [.member("id")]),
                        ], expectedStatus: 403)),
                call("endCall", [variable("call")]), call("endCall", by: .peer, [variable("first")]),
            ])
    }

    @Test func uploadsHaveExactSizesAndRecognisableContent() throws {
        for type in FileType.allCases {
            for size in [type.sampleBytesMin, type.sampleBytesMin + 1, 70_000] {
                let file = UploadFile(type: type, size: size)
                #expect(file.content.count == size)
                #expect(FileType(content: file.content[...], fileName: file.name) == type, "\(type) of \(size)")
                if type.isImage { #expect(ImageSize(of: file.content[...], type: type) != nil, "\(type)") }
            }
        }
        guard
            case .call(let call)? = try steps(
                "- createPost: {media: [image/gif, {type: text/plain, size: 2KiB, name: a.txt}]}"
            ).first
        else {
            Issue.record("no call")
            return
        }
        #expect(
            call.arguments == [
                .files([UploadFile(type: .gif), UploadFile(type: .txt, size: 2048, name: "a.txt")]), nil, nil, nil,
            ])
    }

    @Test func topLevelIsReadCompletely() throws {
        let scenario = try read(
            """
            name: t
            users: 10
            devices: 2
            roles: [{name: star, users: 1}, {name: fan}]
            pairs: {kind: groups, size: 5}
            channels: [websocket]
            linearizability: true
            data:
              - {name: people, file: ../people.csv, order: user}
              - {name: words, rows: [{a: 1, b: x}, {b: y, a: 2}]}
            load:
              - {rate: 1/s -> 5/s -> 1/s, spacing: poisson, for: 10s, warm-up: true, weights: {one: 0}}
              - {name: crowd, users: 2 -> 8, for: 10s}
              - {iterations: 20, for: 1m}
              - {name: shared, iterations: 20, users: 4, for: 1m}
            flows:
              - {name: one, roles: star, steps: [{send: "{{people.city}} {{words.b}}"}]}
              - {name: two, roles: [fan, star], weight: 2.5, steps: [me]}
            """,
            files: ["people.csv": "name,city\r\n\"Doe, \"\"J\"\"\",\"Jakarta\nPusat\"\r\nAnn,Bogor\r\n"])
        #expect(scenario.devices == 2)
        #expect(scenario.roles == [.init(name: "star", users: 1), .init(name: "fan", users: 9, isRest: true)])
        #expect(scenario.pairs == .groups(size: 5))
        #expect(scenario.channels == [.webSocket])
        #expect(scenario.checksLinearizability)
        #expect(
            scenario.feeders == [
                .init(
                    name: "people", columns: ["name", "city"],
                    rows: [["Doe, \"J\"", "Jakarta\nPusat"], ["Ann", "Bogor"]], order: .user),
                .init(name: "words", columns: ["a", "b"], rows: [["1", "x"], ["2", "y"]], order: .sequential),
            ])
        #expect(
            scenario.load == [
                .init(
                    name: "1", load: .arrivals([1, 5, 1], .poisson), duration: 10_000_000_000, isWarmUp: true,
                    weights: ["one": 0]),
                .init(name: "crowd", load: .users(start: 2, end: 8), duration: 10_000_000_000),
                .init(name: "3", load: .iterations(20, users: 10), duration: 60_000_000_000),
                .init(name: "shared", load: .iterations(20, users: 4), duration: 60_000_000_000),
            ])
        #expect(scenario.flows.map(\.roles) == [["star"], ["fan", "star"]])
        #expect(
            scenario.flows[0].steps == [
                call(
                    "send",
                    [
                        .text(
                            Template([
                                .column(feeder: "people", "city"), .literal(" "), .column(feeder: "words", "b"),
                            ])), nil, nil,
                    ])
            ])
        #expect(try scenario.overriding(seed: nil, users: 20, file: "x").roles.map(\.users) == [1, 19])
    }

    @Test func includedPartsComeBeforeTheFilesOwn() throws {
        let scenario = try read(
            """
            name: t
            users: 10
            include: [parts/b.yaml, ../c.yaml]
            flows: [{name: own, steps: [me]}]
            thresholds: ["http.failed == 0"]
            """,
            files: [
                "a/parts/b.yaml":
                    "include: ../../c.yaml\nflows: [{name: b, steps: [feed]}]\nload: [{rate: 1/s, for: 1s}]",
                "c.yaml": "data: [{name: d, file: d.csv}]\nthresholds: [delivery.lost == 0]", "d.csv": "a\n1\n",
            ])
        #expect(scenario.flows.map(\.name) == ["b", "own"])
        #expect(scenario.thresholds.map(\.description) == ["delivery.lost == 0", "http.failed == 0"])
        #expect(scenario.feeders.map(\.rows) == [[["1"]]])
    }

    @Test func valuesComeFromTheCommandLine() throws {
        let text = """
            name: '${NAME:-a}b'
            users: "${USERS}"
            load: [{rate: "${RATE:-5}/s", for: 1s}]
            flows: [{name: a, steps: [{send: "costs $${x} ${EMPTY:-}!"}]}]
            """
        let scenario = try read(text, environment: ["USERS": "30", "RATE": "7"])
        #expect(scenario.name == "ab")
        #expect(scenario.users == 30)
        #expect(scenario.load.first?.load == .arrivals([7], .even))
        #expect(
            scenario.flows[0].steps == [call("send", [.text(Template(literal: "costs ${x} !")), nil, nil])])
        // What is filled in cannot become structure.
        #expect(try read(text, environment: ["USERS": "30", "NAME": "x: {y"]).name == "x: {yb")
    }

    @Test func outlineSaysWhatWouldHappen() throws {
        let scenario = try read(
            """
            name: t
            users: 10
            load: [{rate: 10/s -> 20/s, for: 10s}]
            flows:
              - name: a
                weight: 3
                steps: [me, {repeat: {times: 2, steps: [me]}}, {choose: [{steps: [me]}, {steps: [me, me, me]}]}]
              - name: b
                steps: [{if: "{{n}} < 3", then: [me]}]
            """)
        // 150 flows; a: 1 + 2 + 2 calls in three of four, b: 0 or 1.
        #expect(scenario.expectedRequests == 562.5...600)
        #expect(
            scenario.outline == [
                "population: 10 users, events over mqtt", "partners: the next 1 of a ring",
                "phase 1: 10s, 10/s -> 20/s, about 150 flows", "flow a: 75%, 5 requests",
                "flow b: 25%, 0 to 1 requests", "requests: about 563 to 600 in 10s of load", "thresholds: 0",
            ])
    }

    @Test(arguments: StarterScenario.allCases)
    func starterFileIsRight(_ kind: StarterScenario) throws {
        let scenario = try read(kind.text(name: "it's"))
        #expect(scenario.name == "it's")
        #expect(!scenario.thresholds.isEmpty)
        #expect(try read(kind.text(name: "a"), environment: ["USERS": "60"]).users == 60)
    }
}
