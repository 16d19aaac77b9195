import Foundation
import Testing

/// The commands as a user meets them: arguments in, streams and exit codes out.
@Suite struct CommandLineTests {
    @Test func simulateShowsTheSameDigestForTheSameSeedAndAnotherForAnother() throws {
        let scenario = try Repository.file("scenarios/smoke.yaml")
        let digests = try ["7", "7", "8"].map { seed in
            let result = try Tool.run(["simulate", scenario, "--seed", seed, "--users", "40"])
            #expect(result.code == 0, "\(result.output)\(result.errors)")
            return try #require(result.output.split(separator: "\n").first { $0.hasPrefix("digest: ") })
        }
        #expect(digests[0] == digests[1])
        #expect(digests[0] != digests[2])
    }

    @Test func aMisspeltStepIsNamedWithItsPlaceAndTheRightWord() throws {
        try TemporaryFile.with(
            """
            name: typo
            users: 2
            load:
              - {rate: 1/s, for: 1s}
            flows:
              - name: chat
                steps:
                  - sned: {text: "hi"}
            """
        ) { path in
            for command in ["validate", "run", "simulate"] {
                let result = try Tool.run([command, path])
                #expect(result.code == 2)
                #expect(result.output == "")
                #expect(result.errors.contains("\(path):8:9: unknown step 'sned'"), "\(result.errors)")
                #expect(result.errors.contains("'send'"))
            }
        }
    }

    @Test(arguments: [
        ["run", "/nowhere/scenario.yaml"], ["serve", "--port", "70000"], ["serve", "--fault", "nonsense"],
        ["serve", "--storage-limit", "1XB"], ["serve", "--storage-limit", "-1"],
        ["serve", "--mqtt", "ftp://x"], ["run"], ["no-such-command"], ["report", "/nowhere"],
        ["check", "/nowhere"], ["check", "/"], ["compare", "/nowhere", "/nowhere"], ["compare", "/", "/"],
        ["compare", "/", "/", "--limit", "http.p99 < 10ms"],
    ])
    func wrongUsageIsExitCode2WithoutOutput(arguments: [String]) throws {
        let result = try Tool.run(arguments)
        #expect(result.code == 2)
        #expect(result.output == "")
        #expect(!result.errors.isEmpty)
    }

    @Test func serveAnnouncesItselfOnOneLineAndEndsWithZero() throws {
        let server = try Tool.start(["serve", "--port", "0", "--mqtt", "off", "--seed", "9", "--clock", "virtual"])
        let line = try server.readLine()
        let keys = ["ready", "http", "mqtt", "websocket", "control", "seed", "pid", "startup_ms"]
        var place = line.startIndex
        for key in keys {
            let found = try #require(line.range(of: "\"\(key)\":", range: place..<line.endIndex), "\(key) in \(line)")
            place = found.upperBound
        }
        #expect(line.hasPrefix(#"{"ready":true,"http":"http://127.0.0.1:"#))
        #expect(line.contains(#""mqtt":null"#))
        #expect(line.contains(#""seed":9"#))
        let result = server.terminate()
        #expect(result.code == 0)
        #expect(result.output == "")
    }

    @Test func aServerThatDropsEventsIsFoundOut() throws {
        try TemporaryFile.with(smallScenario) { path in
            let server = try Tool.start([
                "serve", "--port", "0", "--mqtt-port", "0", "--rate-limits", "off", "--fault", "drop:20",
            ])
            defer { _ = server.terminate() }
            let ready = try JSONSerialization.jsonObject(with: Data(try server.readLine().utf8)) as? [String: Any]
            let http = try #require(ready?["http"] as? String)
            let mqtt = try #require(ready?["mqtt"] as? String)
            let result = try TemporaryFolder.with { folder in
                try Tool.run(["run", path, "--http", http, "--mqtt", mqtt, "--out", folder, "--quiet"])
            }
            #expect(result.code == 1, "\(result.output)\(result.errors)")
            #expect(result.output.contains("✗ complete"), "\(result.output)")
        }
    }

    @Test func aRunLeavesAFolderThatCanBeJudgedAgain() throws {
        try TemporaryFile.with(smallScenario) { path in
            try TemporaryFolder.with { folder in
                let run = try Tool.run(["run", path, "--out", folder, "--quiet"])
                #expect(run.code == 0, "\(run.output)\(run.errors)")
                for name in ["run.sqlite", "summary.json", "junit.xml", "report.html"] {
                    #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name)"), "\(name)")
                }
                let again = try Tool.run(["report", folder])
                #expect(again.code == 0, "\(again.output)\(again.errors)")
                let summary = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/summary.json"))
                let check = try Tool.run(["check", folder, "--prometheus-export", "\(folder)/figures.prom"])
                #expect(check.code == 0 && check.output.contains("✓ complete"), "\(check.output)\(check.errors)")
                #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/summary.json")) == summary)
                #expect(
                    try String(contentsOfFile: "\(folder)/figures.prom", encoding: .utf8).contains("chatrix_run_info{"))
                let same = try Tool.run(["compare", folder, "\(folder)/summary.json"])
                #expect(same.code == 0 && same.output.contains("all within the limits"), "\(same.output)\(same.errors)")
                let less = try Tool.run(["compare", folder, folder, "--limit", "http.requests >= +1"])
                #expect(
                    less.code == 99 && less.output.contains("✗ http.requests >= +1"), "\(less.output)\(less.errors)")
                let second = try Tool.run(["run", path, "--out", folder, "--quiet"])
                #expect(second.code == 2, "a folder in use was taken")
            }
        }
    }

    private let smallScenario = """
        name: small
        users: 10
        pairs: {kind: ring, degree: 2}
        load:
          - {rate: 20/s, for: 3s}
        flows:
          - name: chat
            steps:
              - send: {text: "hello {{n}}"}
              - send: {text: "again {{n}}"}
        settle: 5s
        """
}
