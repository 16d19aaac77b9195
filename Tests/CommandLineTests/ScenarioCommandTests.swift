import Foundation
import Testing

/// `validate`, `schema`, `new` and `-e` as a user meets them.
@Suite struct ScenarioCommandTests {
    @Test func validateSaysWhatAFileWouldDo() throws {
        let text = """
            name: small
            users: ${USERS}
            load: [{rate: 10/s, for: 30s}]
            flows: [{name: look, steps: [me, feed]}]
            """
        try TemporaryFile.with(text) { path in
            let result = try Tool.run(["validate", path, "-e", "USERS=40"])
            #expect(result.code == 0, "\(result.errors)")
            #expect(
                result.output == """
                    \(path): valid; 40 users, 1 flows, 1 load phases of 30 s, 0 thresholds
                      population: 40 users, events over mqtt
                      partners: the next 1 of a ring
                      phase 1: 30s, 10/s, about 300 flows
                      flow look: 100%, 2 requests
                      requests: about 600 in 30s of load
                      thresholds: 0

                    """)
        }
    }

    @Test func validateNamesTheFaultsOfAllFilesAtOnce() throws {
        try TemporaryFile.with("name: a\nusers: 1\nload: []\nflows: [{name: f, steps: [mee]}]") { first in
            try TemporaryFile.with("nme: b") { second in
                let result = try Tool.run(["validate", first, second])
                #expect(result.code == 2)
                #expect(result.output == "")
                for part in [
                    "\(first):2:8: 'users' must be", "\(first):3:7: 'load' must not be empty",
                    "\(first):4:27: unknown step 'mee'; did you mean 'me'?",
                    "\(second):1:1: unknown key 'nme'; did you mean 'name'?",
                    "chatrix-sim: 8 faults in 2 of 2 files",
                ] {
                    #expect(result.errors.contains(part), "\(part) in \(result.errors)")
                }
            }
        }
    }

    @Test(arguments: [["-e", "USERS"], ["-e", "=3"], ["-e", "USERS=3", "-e", "USERS=4"], ["-e", "USRES=3"]])
    func wrongValuesAreRefused(arguments: [String]) throws {
        try TemporaryFile.with(
            "name: a\nusers: ${USERS:-20}\nload: [{rate: 1/s, for: 1s}]\nflows: [{name: f, steps: [me]}]"
        ) { path in
            let result = try Tool.run(["simulate", path] + arguments)
            #expect(result.code == 2)
            #expect(result.errors.contains("-e "), "\(result.errors)")
        }
    }

    @Test func schemaIsTheCommittedOne() throws {
        let committed = try String(
            contentsOfFile: Repository.file("docs/schemas/scenario.schema.json"), encoding: .utf8)
        #expect(try Tool.run(["schema"]).output == committed)
    }

    @Test func newFileIsValidAndHoldsAndIsNotOverwritten() throws {
        try TemporaryFolder.with { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = "\(folder)/evening.yaml"
            #expect(try Tool.run(["new", path]).code == 0)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.contains("\nname: 'evening'\n"))
            let simulated = try Tool.run(["simulate", path])
            #expect(simulated.code == 0, "\(simulated.output)\(simulated.errors)")
            let again = try Tool.run(["new", path, "--kind", "calls"])
            #expect(again.code == 2)
            #expect(again.errors.contains("'\(path)' is there already; it was left alone"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        }
    }
}
