import Foundation
import Testing

/// `chatrix-sim conformance` against servers that were started for it, and against what is none.
@Suite struct ConformanceCommandTests {
    private struct Server {
        let process: Tool.Running
        let http: String
        let mqtt: String?

        /// Starts `serve` on free ports and waits until it is ready.
        init(_ arguments: [String]) throws {
            process = try Tool.start(["serve", "--port", "0"] + arguments)
            let line = try process.readLine()
            let ready = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            http = try #require(ready?["http"] as? String)
            mqtt = ready?["mqtt"] as? String
        }
    }

    private func conformance(_ arguments: [String]) throws -> Tool.Result { try Tool.run(["conformance"] + arguments) }

    private func lastLine(_ result: Tool.Result) -> String {
        result.output.split(separator: "\n").last.map(String.init) ?? ""
    }

    @Test func eventsAreSeenAtTheBrokerAlsoWhenTheyComeTwice() throws {
        for faults in [[], ["--fault", "duplicate:3"]] {
            let server = try Server(["--mqtt-port", "0", "--clock", "virtual"] + faults)
            defer { _ = server.process.terminate() }
            let result = try conformance([
                "--http", server.http, "--mqtt", try #require(server.mqtt), "--only", "MQTT", "CHAT-SEND",
            ])
            #expect(result.code == 0, "\(result.output)\(result.errors)")
            // Three rows show only when the broker goes away.
            #expect(lastLine(result) == "behaviours: 66 rows, 63 held, 0 failed, 0 differ, 3 skipped")
            #expect(result.output.hasPrefix("target: \(server.http) and \(server.mqtt ?? "") (reference server)\n"))
        }
    }

    @Test func lostEventsFailTheirRows() throws {
        let server = try Server(["--mqtt-port", "0", "--clock", "virtual", "--fault", "drop:1"])
        defer { _ = server.process.terminate() }
        try TemporaryFile.with("{name: hasty, event-wait-ms: 50}") { profile in
            let result = try conformance([
                "--http", server.http, "--mqtt", try #require(server.mqtt), "--profile", profile, "--only",
                "MQTT-MESSAGE-01", "CHAT-SEND-14",
            ])
            #expect(result.code == 1, "\(result.output)\(result.errors)")
            #expect(lastLine(result) == "behaviours: 2 rows, 1 held, 1 failed, 0 differ, 0 skipped")
        }
    }

    @Test func realClockSkipsTimeTravelAndSaysHowToHaveIt() throws {
        let server = try Server(["--mqtt", "off"])
        defer { _ = server.process.terminate() }
        let result = try conformance(["--http", server.http, "--only", "RATE-01", "RATE-09", "MQTT-CONFIG-01"])
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        #expect(lastLine(result) == "behaviours: 3 rows, 1 held, 0 failed, 0 differ, 2 skipped")
        #expect(result.output.contains("the server's clock is real; start it with --clock virtual: RATE-09"))
        #expect(result.output.contains("no broker was given; say where it is with --mqtt: MQTT-CONFIG-01"))
    }

    /// Ten registrations a minute are documented; these checks need eight authentication requests together.
    @Test func deploymentIsCheckedInsideItsRateLimits() throws {
        let server = try Server(["--mqtt-port", "0", "--no-control"])
        defer { _ = server.process.terminate() }
        try TemporaryFile.with("{name: here, event-wait-ms: 200}") { profile in
            let arguments = ["--http", server.http, "--mqtt", try #require(server.mqtt), "--profile", profile]
            let result = try conformance(
                arguments + [
                    "--only", "CHAT-SEND-14", "MQTT-MESSAGE-06", "CHAT-SEND-22", "CONTROL-01", "RATE-10", "ERROR-19",
                ])
            #expect(result.code == 0, "\(result.output)\(result.errors)")
            #expect(lastLine(result) == "behaviours: 6 rows, 4 held, 0 failed, 0 differ, 2 skipped")
            #expect(result.output.contains("the deployment has no control plane (control plane)"), "\(result.output)")
            #expect(result.output.contains("the deployment has no control plane (choice of rate limits)"))
            #expect(result.output.contains("knob: admin-destructive: skip (D-99)"))
            #expect(!result.errors.contains("waiting"), "\(result.errors)")
        }
    }

    @Test func requestBudgetSkipsWhatIsBeyondIt() throws {
        let server = try Server(["--mqtt", "off", "--no-control", "--rate-limits", "off"])
        defer { _ = server.process.terminate() }
        try TemporaryFile.with("{name: free, rate-limits: off}") { profile in
            let arguments = ["--http", server.http, "--profile", profile, "--only", "CHAT-SEND", "--request-budget"]
            let result = try conformance(arguments + ["40"])
            #expect(result.code == 0, "\(result.output)\(result.errors)")
            #expect(result.output.contains("the budget of 40 requests is used up"), "\(result.output)")
            #expect(!lastLine(result).contains(" 0 held"), "\(lastLine(result))")
        }
    }

    @Test func slowEventsAreAcceptedWithALongerWait() throws {
        let server = try Server([
            "--mqtt-port", "0", "--no-control", "--rate-limits", "off", "--fault", "delay:600:1",
        ])
        defer { _ = server.process.terminate() }
        for (wait, code, end) in [(50, 1, "0 held, 1 failed"), (3000, 0, "1 held, 0 failed")] {
            try TemporaryFile.with("{name: slow, rate-limits: off, event-wait-ms: \(wait)}") { profile in
                let result = try conformance([
                    "--http", server.http, "--mqtt", try #require(server.mqtt), "--profile", profile, "--only",
                    "MQTT-MESSAGE-06",
                ])
                #expect(result.code == code, "\(result.output)\(result.errors)")
                #expect(lastLine(result) == "behaviours: 1 rows, \(end), 0 differ, 0 skipped")
            }
        }
    }

    /// Eleven registrations need a second window; the signal comes while the run waits for it.
    @Test func interruptedRunShowsWhatItHas() throws {
        let server = try Server(["--mqtt", "off", "--no-control"])
        defer { _ = server.process.terminate() }
        let run = try Tool.start(["conformance", "--http", server.http, "--only", "CHAT-SEND", "PAGE-01"])
        #expect(try run.waitForError(" s for the window of authentication requests to end"))
        let result = run.terminate()
        #expect(result.code == 130, "\(result.output)\(result.errors)")
        #expect(result.output.contains(": the run was interrupted: "), "\(result.output)")
        #expect(!lastLine(result).contains(" 0 held"), "\(lastLine(result))")
    }

    @Test func whatIsNoChatrixAtAllFailsWithoutACrash() throws {
        let server = try PageServer()
        defer { server.stop() }
        try TemporaryFolder.with { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let result = try conformance([
                "--http", "http://127.0.0.1:\(server.port)", "--json", "\(folder)/c.json", "--junit", "\(folder)/c.xml",
                "--html", "\(folder)/c.html",
            ])
            #expect(result.code == 1, "\(result.errors)")
            #expect(lastLine(result).hasPrefix("behaviours: 762 rows, "))
            let data = try #require(FileManager.default.contents(atPath: "\(folder)/c.json"))
            let json = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            let counts = try #require(json?["counts"] as? [String: Int])
            #expect((counts["failed"] ?? 0) > 100 && (counts["differ"] ?? 0) > 50, "\(counts)")
            #expect(counts["held"] == 0, "\(counts)")
            for name in ["c.xml", "c.html"] {
                #expect((FileManager.default.contents(atPath: "\(folder)/\(name)")?.count ?? 0) > 10_000)
            }
        }
    }

    @Test func profileWaivesARow() throws {
        try TemporaryFile.with("{name: known, waive: [{id: CHAT-SEND-14, reason: issue 12}]}") { profile in
            let result = try conformance(["--profile", profile, "--only", "CHAT-SEND-14", "CHAT-SEND-15"])
            #expect(result.code == 0)
            #expect(result.output.contains("skipped, 1: waived: issue 12: CHAT-SEND-14"))
            #expect(lastLine(result) == "behaviours: 2 rows, 1 held, 0 failed, 0 differ, 1 skipped")
        }
    }

    @Test(arguments: [
        (["--http", "http://127.0.0.1:1"], "connect to http://127.0.0.1:1: Connection refused"),
        (["--http", "ftp://example.com"], "scheme \"ftp\" is not one of http, https"),
        (["--http", "http://127.0.0.1:1", "--mqtt", "mqtt://127.0.0.1:1"], "connect to mqtt://127.0.0.1:1"),
        (["--mqtt", "mqtt://127.0.0.1:1"], "--mqtt needs --http"),
        (["--profile", "/nowhere.yaml"], "/nowhere.yaml: there is no such file"),
        (["--only", "CHAT-SENT"], "--only CHAT-SENT: no row's id starts with it"),
        (["--request-budget", "0"], "--request-budget: at least 1"),
    ])
    func wrongUsageIsExitCode2WithOneLine(arguments: [String], problem: String) throws {
        let result = try conformance(arguments)
        #expect(result.code == 2)
        #expect(result.output == "")
        #expect(result.errors.contains(problem), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count <= 3, "\(result.errors)")
    }

    @Test func badProfileIsNamedBeforeAnythingIsContacted() throws {
        try TemporaryFile.with("{name: x, bad-cursors: skip}") { profile in
            let result = try conformance(["--http", "http://127.0.0.1:1", "--profile", profile])
            #expect(result.code == 2)
            #expect(result.errors.contains("\(profile):1:11: unknown key 'bad-cursors'; did you mean 'bad-cursor'?"))
        }
    }
}
