import ChatrixReference
import Testing

@testable import ChatrixScenario

/// What users are told about steps, roles, data, phases, includes and values that cannot be.
struct ScenarioLanguageFaultTests {
    private static let load = "load: [{rate: 1/s, for: 1s}]\n"
    /// Three lines.
    private static let head = "name: t\nusers: 10\n\(load)"

    private static func message(
        _ text: String, environment: [String: String] = [:], files: [String: String] = [:]
    ) -> String {
        do {
            _ = try Scenario(parsing: Array(text.utf8), file: "x.yaml", environment: environment) {
                path, _ throws(InputError) in
                guard let text = files[path] else {
                    throw InputError(file: path, problems: [.init(message: "there is no such file")])
                }
                return Array(text.utf8)
            }
            return "no fault"
        } catch {
            return error.description
        }
    }

    /// A step on line 7, its dash in column 3.
    @Test(arguments: [
        (
            "- endCall",
            "x.yaml:7:5: '{{call}}' is filled by 'createCall' or 'socket.call', and the flow 'a' has no such step"
        ),
        (
            "- send: '{{mine}}'",
            "x.yaml:7:11: nothing in the flow 'a' sets '{{mine}}'; use 'set' or 'save', or one of {{n}}, {{user}}, {{peer}}, {{user.id}}, {{peer.id}}, {{conversation}}"
        ),
        ("- send: '{{usr}}'", "x.yaml:7:11: nothing in the flow 'a' sets '{{usr}}'; did you mean '{{user}}'?"),
        ("- send: '{{user.idd}}'", "x.yaml:7:11: unknown placeholder '{{user.idd}}'; did you mean '{{user.id}}'?"),
        (
            "- set: {message: a}",
            "x.yaml:7:11: 'message' is filled by send or socket.message itself; choose another name"
        ),
        (
            "- set: {user: a}",
            "x.yaml:7:11: a variable must be a word of letters, digits, _ and - that templates do not know already, not 'user'"
        ),
        ("- set: {a: [1]}", "x.yaml:7:14: the value of 'a' must be a text, not a list of 1"),
        ("- set", "x.yaml:7:5: 'set' needs a mapping of variables to texts"),
        (
            "- me: {save: id}",
            "x.yaml:7:16: 'save' must be a mapping of variables to paths such as messages[0].id, not 'id'"
        ),
        (
            "- me: {save: {a: 'b[x]'}}",
            "x.yaml:7:20: the path of 'a' must be like id or messages[0].sender.id, not 'b[x]'"
        ),
        ("- me: {expect: 42}", "x.yaml:7:18: 'expect' must be a whole number from 100 to 599, not '42'"),
        ("- me: {expct: 200}", "x.yaml:7:10: unknown key 'expct'; did you mean 'expect'?"),
        (
            "- socket.message: a",
            "x.yaml:7:5: 'socket.message' needs a WebSocket connection; add websocket to the file's 'channels'"
        ),
        (
            "- await: typing\n  - me",
            "x.yaml:7:12: 'typing' needs a WebSocket connection; add websocket to the file's 'channels'"
        ),
        ("- connect: [websocket]\n  - socket.message: a", "no fault"),
        ("- socket.typing: {save: {a: b}}", "x.yaml:7:21: unknown key 'save'; expected typing"),
        (
            "- if: '{{n}}'\n    then: [me]",
            "x.yaml:7:9: 'if' must be a comparison such as '{{n}} < 3' (==, !=, <, <=, >, >=, contains) or {chance: 30%}, not '{{n}}'"
        ),
        (
            "- if: '{{n}} < '\n    then: [me]",
            "x.yaml:7:9: 'if' must be a comparison such as '{{n}} < 3' (==, !=, <, <=, >, >=, contains) or {chance: 30%}, not '{{n}} < '"
        ),
        (
            "- if: {chance: 130%}\n    then: [me]",
            "x.yaml:7:18: 'chance' must be a share such as 30% or 0.3, not '130%'"
        ),
        ("- if: '{{n}} < 3'", "x.yaml:7:5: 'if' needs the key 'then': a list of steps"),
        (
            "- if: '{{n}} < 3'\n    than: [me]",
            "x.yaml:7:5: 'if' needs the key 'then': a list of steps\nx.yaml:8:5: unknown key 'than'; did you mean 'then'?"
        ),
        ("- repeat: {steps: [me]}", "x.yaml:7:5: 'repeat' needs an end: one of times, while, for"),
        (
            "- repeat: {times: many, steps: [me]}",
            "x.yaml:7:21: 'times' must be a whole number or a variable, not 'many'"
        ),
        (
            "- repeat: {while: '1 == 1', steps: [set: {a: b}]}",
            "x.yaml:7:5: this 'repeat' would spin without time passing; add 'every', a think or a call"
        ),
        ("- choose: []", "x.yaml:7:13: 'choose' must not be empty"),
        ("- choose: [{weight: 0, steps: [me]}]", "x.yaml:7:23: 'weight' must be a number above 0, not '0'"),
        ("- peer: {peer: me}", "x.yaml:7:12: 'peer' cannot stand inside 'peer'"),
        ("- disconnect: [mqt]", "x.yaml:7:18: unknown word 'mqt'; did you mean 'mqtt'?"),
        ("- disconnect: [mqtt, mqtt]", "x.yaml:7:24: 'mqtt' is named twice"),
        (
            "- think: {normal: {mean: 1s}}",
            "x.yaml:7:21: 'normal' needs the key 'deviation': a duration such as 500ms, 30s, 1m or 2h"
        ),
        (
            "- think: {gauss: 1s}",
            "x.yaml:7:13: unknown key 'gauss'; expected one of constant, uniform, normal, exponential, log-normal, minimum, maximum"
        ),
        (
            "- createStory: {media: image/bmp}",
            "x.yaml:7:26: 'media' must be one of image/jpeg, image/png, image/gif, image/webp, video/mp4, video/quicktime, video/webm, application/pdf, application/msword, application/vnd.openxmlformats-officedocument.wordprocessingml.document, text/plain, application/octet-stream, not 'image/bmp'; did you mean 'image/png'?"
        ),
        (
            "- uploadFile: {file: {type: image/png, size: 10}}",
            "x.yaml:7:48: 'size' of image/png must be from 67 to 128MiB, such as 512, 200kB or 2MiB, not '10'"
        ),
        (
            "- createPost: {media: []}",
            "x.yaml:7:25: 'media' must be a list of 1 to 10 files such as {type: image/png, size: 200kB}, not a list of 0"
        ),
        (
            "- createPost: {location: {name: a, lat: 91, lng: 0}}",
            "x.yaml:7:43: 'lat' must be a number from -90.0 to 90.0, not '91'"
        ),
        ("- updateMe", "x.yaml:7:5: 'updateMe' needs one of name, bio, avatar"),
        (
            "- socket.message_update: {message: a}",
            "x.yaml:7:28: 'socket.message_update' needs the key 'text': a text of 1 to 4096 characters"
        ),
    ])
    func faultOfAStepNamesPlaceAndRemedy(_ step: String, _ expected: String) {
        #expect(Self.message("\(Self.head)flows:\n- name: a\n  steps:\n  \(step)\n") == expected)
    }

    /// In place of the flow and the load, from line 3 on.
    @Test(arguments: [
        (
            "roles: [{name: a, users: 3}]",
            "x.yaml:3:8: the roles have 3 users together, the scenario has 10; let one role leave out 'users'"
        ),
        (
            "roles: [{name: a, users: 10}, {name: b}]",
            "x.yaml:3:31: the other roles have 10 of the 10 users, so that nobody is left for 'b'"
        ),
        ("roles: [{name: a}, {name: b}]", "x.yaml:3:20: only one role may leave out 'users' and have all the others"),
        (
            "roles: [{name: a}, {name: a, users: 2}]",
            "x.yaml:3:27: the role name 'a' is taken; names must differ"
        ),
        (
            "roles: [{name: fan}]\nflows: [{name: f, roles: fans, steps: [me]}]",
            "x.yaml:4:26: unknown role 'fans'; did you mean 'fan'?"
        ),
        (
            "flows: [{name: f, roles: [fan], steps: [me]}]",
            "x.yaml:3:27: the scenario has no roles; name them in the file's 'roles'"
        ),
        ("devices: 0", "x.yaml:3:10: 'devices' must be a whole number from 1 to 10, not '0'"),
        ("channels: [smoke]", "x.yaml:3:12: unknown word 'smoke'; expected one of mqtt, websocket"),
        ("pairs: {kind: groups, degree: 2}", "x.yaml:3:31: 'degree' has no meaning for the kind groups"),
        (
            "pairs: {kind: groups, size: 11}",
            "x.yaml:3:29: 'size' must be at most the number of users (10), not 11"
        ),
        ("data: [{name: d}]", "x.yaml:3:8: a feeder needs either 'file' or 'rows'"),
        ("data: [{name: d, file: none.csv}]", "x.yaml:3:24: 'none.csv': there is no such file"),
        ("data: [{name: d, file: empty.csv}]", "x.yaml:3:24: 'empty.csv' has no rows below its header"),
        ("data: [{name: d, file: bad.csv}]", "bad.csv:3:1: the row has 1 fields, the header has 2"),
        ("data: [{name: d, file: quote.csv}]", "quote.csv:2:1: the quote is never closed"),
        ("data: [{name: d, file: twice.csv}]", "twice.csv:1:1: two columns are called 'a'"),
        ("data: [{name: d, rows: []}]", "x.yaml:3:24: 'rows' must not be empty"),
        (
            "data: [{name: d, rows: [{a: 1}, {b: 1}]}]",
            "x.yaml:3:33: every row needs the keys of the first one: a"
        ),
        (
            "data: [{name: user, rows: [{a: 1}]}]",
            "x.yaml:3:15: 'user' cannot name a feeder; use letters, digits, _ and -, and no word that templates know"
        ),
        (
            "data: [{name: d, rows: [{city: 1}]}]\nflows: [{name: f, steps: [{send: '{{d.ctiy}}'}]}]",
            "x.yaml:4:34: '{{d.ctiy}}': 'd' has no column 'ctiy'; did you mean 'city'?"
        ),
        ("load: [{users: 0, for: 1s}]", "x.yaml:3:16: a phase without users does nothing; give at least one"),
        (
            "load: [{users: 2 -> 11, for: 1s}]",
            "x.yaml:3:16: a phase with 11 users needs a population of at least as many, not 10"
        ),
        (
            "load: [{users: 2 -> 3 -> 4, for: 1s}]",
            "x.yaml:3:16: 'users' must be a whole number from 0 to 1000000, or two such as 10 -> 500, not '2 -> 3 -> 4'"
        ),
        (
            "load: [{iterations: 3, users: 5, for: 1s}]",
            "x.yaml:3:21: 5 users cannot share 3 iterations; give as many at least"
        ),
        (
            "load: [{iterations: 3, users: 1 -> 3, for: 1s}]",
            "x.yaml:3:31: with 'iterations', 'users' must be one number above 0"
        ),
        (
            "load: [{users: 3, spacing: poisson, for: 1s}]",
            "x.yaml:3:28: 'spacing' has a meaning for a 'rate' alone"
        ),
        (
            "load: [{rate: 1/s, for: 1s, weights: {chat: 2}}]\nflows: [{name: chats, steps: [me]}]",
            "x.yaml:3:39: unknown flow 'chat'; did you mean 'chats'?"
        ),
        (
            "load: [{rate: 1/s, for: 1s, weights: {f: 0}}]\nflows: [{name: f, steps: [me]}]",
            "x.yaml:3:39: the phase '1' gives every flow the weight 0; nothing would happen"
        ),
        (
            "thresholds: [{check: http.failed < 1%, after: 10s}]",
            "x.yaml:3:47: 'after' has a meaning with 'abort-on-fail: true' alone"
        ),
        (
            "thresholds: [{check: htp.failed < 1%}]",
            "x.yaml:3:22: 'htp.failed' is no metric; did you mean 'http.failed'?"
        ),
        (
            "load: [{name: peak, rate: 1/s, for: 1s}]\nthresholds: ['http.p99{phase: peek} < 1s']",
            "x.yaml:4:14: unknown phase 'peek'; did you mean 'peak'?"
        ),
        (
            "thresholds:\n- http.p99{phase: peek} < 1s",
            "x.yaml:4:3: YAML takes 'phase:' for a key here; put the whole threshold in quotes"
        ),
        ("include: none.yaml", "x.yaml:3:10: 'none.yaml': there is no such file"),
        (
            "include: round.yaml",
            "again.yaml:1:10: files include each other in a circle: round.yaml -> again.yaml -> round.yaml"
        ),
        ("include: x.yaml", "x.yaml:3:10: files include each other in a circle: x.yaml -> x.yaml"),
        ("include: users.yaml", "users.yaml:1:1: 'users' stands in the main file alone, not in an included one"),
        (
            "include: flow.yaml\nflows: [{name: f, steps: [me]}]",
            "x.yaml:4:16: the flow name 'f' is taken; names must differ"
        ),
        (
            "include: [wrong.yaml]",
            "wrong.yaml:1:27: unknown step 'mee'; did you mean 'me'?"
        ),
        ("include: broken.yaml", "broken.yaml:2:1: not YAML: did not find expected node content"),
        ("settle: ${TIME}", "x.yaml:3:9: ${TIME} has no value; give -e TIME=VALUE or write ${TIME:-default}"),
        ("settle: ${TIME", "x.yaml:3:9: '${' is never closed; write ${NAME}, or $${ for the two characters themselves"),
        ("settle: ${1}", "x.yaml:3:9: '1' is no name for a value; use letters, digits and underscores"),
        (
            "settle: ${TIME:-soon}",
            "x.yaml:3:9: 'settle' must be a duration such as 500ms, 30s, 1m or 2h, not 'soon'"
        ),
    ])
    func faultOfAPartNamesPlaceAndRemedy(_ part: String, _ expected: String) {
        var text = "name: t\nusers: 10\n\(part)\n"
        if !part.contains("load:") { text += Self.load }
        if !part.contains("flows:") { text += "flows: [{name: f, steps: [me]}]\n" }
        let files = [
            "empty.csv": "a,b\n", "bad.csv": "a,b\n1,2\n3\n", "quote.csv": "a\n\"1\n", "twice.csv": "a,a\n1,2\n",
            "round.yaml": "include: again.yaml", "again.yaml": "include: ./round.yaml", "x.yaml": "",
            "users.yaml": "users: 3",
            "flow.yaml": "flows: [{name: f, steps: [feed]}]", "wrong.yaml": "flows: [{name: g, steps: [mee]}]",
            "broken.yaml": "load: [\n",
        ]
        #expect(Self.message(text, files: files) == expected)
    }

    @Test func everyValueOfTheCommandLineIsAskedFor() {
        let text = Self.head + "flows: [{name: '${NAME:-f}', steps: [me]}]"
        #expect(
            Self.message(text, environment: ["NAM": "a", "OTHER": "b"])
                == "x.yaml: -e NAM: no value of the file asks for ${NAM}; did you mean 'NAME'?\n"
                + "x.yaml: -e OTHER: no value of the file asks for ${OTHER}")
        #expect(
            Self.message(Self.head + "flows: [{name: '${NAME}', steps: [me]}]", environment: ["NAMES": "a"])
                == "x.yaml: -e NAMES: no value of the file asks for ${NAMES}; did you mean 'NAME'?\n"
                + "x.yaml:4:16: ${NAME} has no value; give -e NAME=VALUE or write ${NAME:-default}; did you mean 'NAMES'?"
        )
    }

    @Test func faultsOfSeveralFilesStandTogether() {
        let text = "name: t\nusers: ten\ninclude: b.yaml\nflows: [{name: f, steps: [mee]}]"
        #expect(
            Self.message(text, files: ["b.yaml": "load: []\nthresholds: [x]"]) == """
                x.yaml:2:8: 'users' must be a whole number from 2 to 1000000, not 'ten'
                x.yaml:4:27: unknown step 'mee'; did you mean 'me'?
                b.yaml:1:7: 'load' must not be empty
                b.yaml:2:14: a threshold needs a comparison (<, <=, >, >= or ==), for example 'http.send.p99 < 50ms'
                """)
    }

    @Test func rolesHaveToFitAnotherPopulation() throws {
        let text = Self.head + "roles: [{name: a, users: 4}, {name: b}]\nflows: [{name: f, steps: [me]}]"
        let scenario = try Scenario(parsing: Array(text.utf8), file: "x.yaml")
        #expect(throws: InputError.self) { try scenario.overriding(seed: nil, users: 4, file: "x.yaml") }
    }
}

/// Files that nobody writes by hand are refused in bounded time and space.
struct ScenarioHostilityTests {
    private func problem(_ bytes: [UInt8]) -> String {
        do {
            _ = try Scenario(parsing: bytes, file: "x.yaml") { path, _ throws(InputError) in
                throw InputError(file: path, problems: [.init(message: "there is no such file")])
            }
            return "no fault"
        } catch {
            return error.description
        }
    }

    private func problem(_ text: String) -> String { problem(Array(text.utf8)) }

    @Test func hugeFileIsRefusedUnread() {
        #expect(
            problem(Array(repeating: UInt8(ascii: "a"), count: FileReader.bytesMax + 1)).hasPrefix(
                "x.yaml: the file has 8388609 bytes; a scenario has at most 8388608"))
    }

    @Test func aliasesDoNotMultiply() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        #expect(problem(text).contains("with its aliases the file has more than 1000000 values"))
        #expect(
            problem("a: &a [1]\nb: [\(Array(repeating: "*a", count: 101).joined(separator: ", "))]").contains(
                "100 aliases"))
    }

    @Test(arguments: [101, 1000, 100_000])
    func deepNestingIsRefused(_ levels: Int) {
        #expect(problem(String(repeating: "[", count: levels)).contains("more than 100 brackets are open"))
        let text = "a:\n" + String(repeating: "- ", count: levels) + "b"
        #expect(problem(text) != "no fault")
    }

    @Test func binaryIsRefused() {
        #expect(
            problem([0x7F, 0x45, 0x4C, 0x46, 0, 0, 0xFF])
                == "x.yaml:1:7: the byte 0xff is not UTF-8; save the file as UTF-8")
        #expect(problem("a\u{0}b").contains("not YAML: control characters are not allowed"))
    }

    /// Whatever is done to good files, they are read or refused with a place, and nothing traps.
    @Test(arguments: StarterScenario.allCases)
    func changedFilesAreReadOrRefused(_ kind: StarterScenario) {
        let good = Array(kind.text(name: "t").utf8)
        let words = [
            "{{", "}}", "${", "}", "[", "]", "{", "&a ", "*a", "<<: ", "- ", ": ", "\n", "  ", "'", "\"", "-1", "1e999",
            "30s..1s",
            "99999999999999999999", "null", "~", "\u{FEFF}", "|", ">", "!!int ", "? ", "%", "{chance: 1}", "peer: ",
            "if: ",
        ].map { Array($0.utf8) }
        var random = SplitMix64(seed: 0xC0FFEE, stream: 99, index: UInt64(good.count))
        var refused = 0
        for _ in 0..<400 {
            var bytes = good
            for _ in 0..<(1 + random.below(4)) {
                let place = random.below(bytes.count)
                switch random.below(5) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 2: bytes.insert(contentsOf: words[random.below(words.count)], at: place)
                case 3: bytes.removeSubrange(place..<min(bytes.count, place + random.below(60)))
                default:
                    let end = min(bytes.count, place + random.below(80))
                    bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
                }
            }
            let result = problem(bytes)
            if result != "no fault" {
                refused += 1
                #expect(result.hasPrefix("x.yaml:"), "\(result)")
            }
        }
        #expect(refused > 100)
    }
}
