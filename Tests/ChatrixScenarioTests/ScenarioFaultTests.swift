import ChatrixHistory
import ChatrixScenario
import Testing

/// What users are told about scenario files that cannot be run.
struct ScenarioFaultTests {
    /// A file that is right but for what a case replaces.
    private static let good = """
        name: t
        users: 10
        pairs: {kind: ring, degree: 2}
        load:
          - {rate: 50/s, for: 30s}
        flows:
          - name: chat
            weight: 8
            steps:
              - send: {text: hello}
        thresholds:
          - http.send.p99 < 50ms
        """

    struct Case: Sendable, CustomTestStringConvertible {
        var replaced: String
        var by: String
        var message: String
        var testDescription: String { by }

        init(_ replaced: String, _ by: String, _ message: String) {
            self.replaced = replaced
            self.by = by
            self.message = message
        }
    }

    private func message(_ text: String) -> String {
        do {
            _ = try Scenario(parsing: Array(text.utf8), file: "x.yaml")
            return "no fault"
        } catch {
            return error.description
        }
    }

    @Test func fileThatIsRightIsRead() throws {
        let scenario = try Scenario(parsing: Array(Self.good.utf8), file: "x.yaml")
        #expect(scenario.users == 10)
        #expect(scenario.seed == 1)
        #expect(scenario.pairs == .ring(degree: 2))
        #expect(scenario.settle == 5_000_000_000)
        #expect(
            scenario.load == [.init(name: "1", load: .arrivals([50], .even), duration: 30_000_000_000)])
        #expect(scenario.flows.map(\.name) == ["chat"])
        #expect(scenario.thresholds.map(\.description) == ["http.send.p99 < 50ms"])
    }

    @Test(arguments: [
        Case("- send:", "- sned:", "x.yaml:10:9: unknown step 'sned'; did you mean 'send'?"),
        Case(
            "- send: {text: hello}", "- dance",
            "x.yaml:10:9: unknown step 'dance'; expected one of register, login, refresh, me, updateMe, profile, "
                + "createPost, feed, post, ensure, conversations, messages, send, read, view, contacts, follow, "
                + "unfollow, block, unblock, report, createStory, storyFeed, notifications, uploadMedia, uploadFile, "
                + "uploadFiles, file, preview, createCall, answerCall, endCall, inspectConversations, "
                + "cleanupConversations, deleteConversation, socket.subscribe, socket.unsubscribe, socket.typing, "
                + "socket.call, socket.call_accept, socket.call_reject, socket.call_end, socket.message, "
                + "socket.message_update, socket.message_delete, think, await, peer, if, repeat, choose, set, "
                + "disconnect, connect, background"),
        Case(
            "users: 10", "user: 10",
            "x.yaml:1:1: a scenario needs the key 'users': a whole number from 2 to 1000000\n"
                + "x.yaml:2:1: unknown key 'user'; did you mean 'users'?"),
        Case("users: 10", "users: 0", "x.yaml:2:8: 'users' must be a whole number from 2 to 1000000, not '0'"),
        Case("users: 10", "users: many", "x.yaml:2:8: 'users' must be a whole number from 2 to 1000000, not 'many'"),
        Case("users: 10", "users: '10'", "x.yaml:2:8: 'users' must be a whole number from 2 to 1000000, not '10'"),
        Case(
            "users: 10", "users: [1]", "x.yaml:2:8: 'users' must be a whole number from 2 to 1000000, not a list of 1"),
        Case("users: 10", "users:", "x.yaml:2:7: 'users' must be a whole number from 2 to 1000000, not empty"),
        Case(
            "name: t", "name: t\nseed: -1",
            "x.yaml:2:7: 'seed' must be a whole number from 0 to 18446744073709551615, not '-1'"),
        Case(
            "degree: 2", "degree: 10",
            "x.yaml:3:29: 'degree' must be less than the number of users (10), not 10: nobody writes to himself"),
        Case("degree: 2", "degree: 0", "x.yaml:3:29: 'degree' must be a whole number from 1 to 100000, not '0'"),
        Case(
            "kind: ring", "kind: rings",
            "x.yaml:3:15: 'kind' must be one of ring, random, star, groups, not 'rings'; did you mean 'ring'?"),
        Case("kind: ring", "kind: star", "x.yaml:3:29: 'degree' has no meaning for the kind star"),
        Case(
            "for: 30s", "for: -30s",
            "x.yaml:5:23: 'for' must be a duration above zero such as 500ms, 30s, 1m or 2h, not '-30s'"),
        Case(
            "for: 30s", "for: 0s",
            "x.yaml:5:23: 'for' must be a duration above zero such as 500ms, 30s, 1m or 2h, not '0s'"),
        Case(
            "for: 30s", "for: 30",
            "x.yaml:5:23: 'for' must be a duration above zero such as 500ms, 30s, 1m or 2h, not '30'"),
        Case(
            "for: 30s", "for: 900d",
            "x.yaml:5:23: 'for' must be a duration above zero such as 500ms, 30s, 1m or 2h, not '900d'"),
        Case("rate: 50/s", "rate: 50", "x.yaml:5:12: 'rate' must be a rate such as 50/s or 50/s -> 400/s, not '50'"),
        Case("rate: 50/s", "rate: 0/s", "x.yaml:5:12: 'rate' must be a rate such as 50/s or 50/s -> 400/s, not '0/s'"),
        Case(
            "rate: 50/s", "rate: 1/s -> x",
            "x.yaml:5:12: 'rate' must be a rate such as 50/s or 50/s -> 400/s, not '1/s -> x'"),
        Case(
            "rate: 50/s", "rate: 50/s, users: 3",
            "x.yaml:5:5: a phase needs either 'rate' (open model), or 'users' or 'iterations' (closed model)"),
        Case(
            "rate: 50/s, ", "",
            "x.yaml:5:5: a phase needs either 'rate' (open model), or 'users' or 'iterations' (closed model)"),
        Case(
            "rate: 50/s", "users: 11",
            "x.yaml:5:13: a phase with 11 users needs a population of at least as many, not 10"),
        Case("  - {rate: 50/s, for: 30s}", "  []", "x.yaml:5:3: 'load' must not be empty"),
        Case("  - {rate: 50/s, for: 30s}", "  many", "x.yaml:5:3: 'load' must be a list, not 'many'"),
        Case("weight: 8", "weight: 0", "x.yaml:8:13: 'weight' must be a number above 0, not '0'"),
        Case("weight: 8", "weight: -1", "x.yaml:8:13: 'weight' must be a number above 0, not '-1'"),
        Case("weight: 8", "wieght: 8", "x.yaml:8:5: unknown key 'wieght'; did you mean 'weight'?"),
        Case(
            "      - send: {text: hello}", "      []", "x.yaml:10:7: 'steps' must not be empty"),
        Case(
            "- send: {text: hello}", "- think: 1s",
            "x.yaml:10:7: the flow 'chat' only waits; it needs a step that calls the API"),
        Case("{text: hello}", "{}", "x.yaml:10:9: 'send' needs a 'text' with a visible character"),
        Case("{text: hello}", "{txt: hello}", "x.yaml:10:16: unknown key 'txt'; did you mean 'text'?"),
        Case(
            "{text: hello}", "{text: 'hi {{name}}'}",
            "x.yaml:10:22: nothing in the flow 'chat' sets '{{name}}'; use 'set' or 'save', or one of {{n}}, {{user}}, "
                + "{{peer}}, {{user.id}}, {{peer.id}}, {{conversation}}"),
        Case(
            "{text: hello}", "{text: hello, type: image}",
            "x.yaml:10:35: a message of type image needs 'attachments'"),
        Case(
            "{text: hello}", "{type: image, attachments: [{url: here, type: image}]}",
            "x.yaml:10:43: 'url' must be an absolute http or https address, not 'here'"),
        Case(
            "- send: {text: hello}", "- {send: {text: a}, read: {}}",
            "x.yaml:10:9: a step must be one mapping with one step name, not send, read; begin each step with its own '-'"
        ),
        Case(
            "- send: {text: hello}", "- await: {at: peer}",
            "x.yaml:10:16: 'await' needs the key 'event': one of message, conversation-updated, read-receipt, "
                + "messages-status, messages-read, message-update, message-delete, typing, call, call-accept, "
                + "call-reject, call-end, notification, presence"
        ),
        Case(
            "- send: {text: hello}", "- await: {event: mesage}",
            "x.yaml:10:24: 'event' must be one of message, conversation-updated, read-receipt, messages-status, "
                + "messages-read, message-update, message-delete, typing, call, call-accept, call-reject, call-end, "
                + "notification, presence, not 'mesage'; did you mean 'message'?"),
        Case(
            "- send: {text: hello}", "- await: {event: message, within: 0s}",
            "x.yaml:10:41: 'within' must be a duration above zero such as 500ms, 30s, 1m or 2h, not '0s'"),
        Case(
            "- send: {text: hello}", "- think: 3s..1s",
            "x.yaml:10:16: 'think' must be a duration such as 2s, a range such as 1s..3s, or a mapping such as "
                + "{normal: {mean: 2s, deviation: 500ms}}, not '3s..1s'"),
        Case(
            "- send: {text: hello}", "- think",
            "x.yaml:10:9: 'think' needs a duration such as 2s, a range such as 1s..3s, or a mapping such as "
                + "{normal: {mean: 2s, deviation: 500ms}}"),
        Case(
            "- send: {text: hello}", "- peer: {think: 1s}",
            "x.yaml:10:7: the flow 'chat' only waits; it needs a step that calls the API"),
        Case("- send: {text: hello}", "- peer", "x.yaml:10:9: 'peer' needs a step or a list of steps"),
        Case(
            "- send: {text: hello}", "- read: {now: 1}", "x.yaml:10:16: unknown key 'now'; expected one of save, expect"
        ),
        Case(
            "- send: {text: hello}", "- messages: {limit: 51}",
            "x.yaml:10:27: 'limit' must be a whole number from 1 to 50, not '51'"),
        Case(
            "http.send.p99 <", "htp.send.p99 <",
            "x.yaml:12:5: 'htp.send.p99' is no metric; did you mean 'http.send.p99'?"),
        Case(
            "http.send.p99 <", "http.send.p101 <",
            "x.yaml:12:5: 'http.send.p101' is no metric; did you mean 'http.send.p90'?"),
        Case(
            "http.send.p99 < 50ms", "http.send.p99",
            "x.yaml:12:5: a threshold needs a comparison (<, <=, >, >= or ==), for example 'http.send.p99 < 50ms'"),
        Case("< 50ms", "< 50%", "x.yaml:12:21: http.send.p99 is compared with a duration such as 50ms, not with '50%'"),
        Case("< 50ms", "< -1ms", "x.yaml:12:19: no run can keep 'http.send.p99 < -1ms'"),
        Case(
            "thresholds:\n  - http", "thresholds: http",
            "x.yaml:11:13: 'thresholds' must be a list, not 'http.send.p99 < 50ms'"),
        Case("name: t", "name: t\nname: u", "x.yaml:1:1: the mapping has 'name' more than once"),
        Case("name: t", "name: [", "x.yaml:3:6: not YAML: did not find expected ',' or ']'"),
        Case("name: t", "name: \"a\tb", "x.yaml:12:25: not YAML: found unexpected end of stream"),
    ])
    func faultNamesPlaceAndRemedy(_ fault: Case) {
        let text = Self.good.replacing(fault.replaced, with: fault.by, maxReplacements: 1)
        #expect(text != Self.good)
        #expect(message(text) == fault.message)
    }

    @Test func everyFaultIsNamedInTheOrderOfTheFile() {
        let text = """
            name: t
            usrs: 3
            users: 1
            load: [{rate: fast, for: 1s}]
            flows: [{name: a, steps: [snd]}, {name: a, steps: [read]}]
            """
        #expect(
            message(text) == """
                x.yaml:2:1: unknown key 'usrs'; did you mean 'users'?
                x.yaml:3:8: 'users' must be a whole number from 2 to 1000000, not '1'
                x.yaml:4:15: 'rate' must be a rate such as 50/s or 50/s -> 400/s, not 'fast'
                x.yaml:5:27: unknown step 'snd'; did you mean 'send'?
                x.yaml:5:41: the flow name 'a' is taken; names must differ
                """)
    }

    @Test(arguments: [
        ("", "x.yaml:1:1: the file is empty; expected a scenario"),
        ("# nothing\n", "x.yaml:1:1: the file is empty; expected a scenario"),
        (
            "- a",
            "x.yaml:1:1: a scenario must be a mapping with one of name, seed, users, roles, devices, pairs, channels, "
                + "linearizability, settle, network, description, include, data, load, flows, thresholds, not a list of 1"
        ),
        ("a: 1\n--- \nb: 2", "x.yaml:2:1: not YAML: but found another document"),
        ("a: \u{1}", "x.yaml:1:4: not YAML: control characters are not allowed"),
    ])
    func documentThatIsNoScenarioIsRefused(_ text: String, _ expected: String) {
        #expect(message(text) == expected)
    }

    @Test func bytesThatAreNotUTF8AreNamed() {
        let bytes = Array("name: a\nusers: ".utf8) + [0xC3, 0x28]
        #expect(
            throws: InputError(
                file: "x.yaml",
                problems: [
                    .init(line: 2, column: 8, message: "the byte 0xc3 is not UTF-8; save the file as UTF-8")
                ])
        ) { try Scenario(parsing: bytes, file: "x.yaml") }
    }

    @Test func missingFileAndFolderAreNamed() {
        #expect(throws: InputError(file: "/nowhere/x.yaml", problems: [.init(message: "there is no such file")])) {
            try Scenario(contentsOf: "/nowhere/x.yaml")
        }
        #expect(
            throws: InputError(file: "/", problems: [.init(message: "this is a folder, expected a scenario file")])
        ) {
            try Scenario(contentsOf: "/")
        }
    }

    @Test func commandLineCannotMakeAScenarioImpossible() throws {
        let scenario = try Scenario(parsing: Array(Self.good.utf8), file: "x.yaml")
        let other = try scenario.overriding(seed: 9, users: 3, file: "x.yaml")
        #expect(other.users == 3 && other.seed == 9)
        #expect(
            throws: InputError(
                file: "x.yaml",
                problems: [
                    .init(
                        message:
                            "with --users 2: 'degree' must be less than the number of users (2), not 2: nobody writes to himself"
                    )
                ])
        ) { try scenario.overriding(seed: nil, users: 2, file: "x.yaml") }
    }
}
