import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import Foundation
import Testing

@testable import ChatrixReport

/// A folder that is removed with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "chatrix-report-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("left behind: \(path): \(error)") }
    }
}

let sampleThresholds = [
    "http.p99 < 50ms", "http.send.p95 < 10ms", "delivery.message.p99 < 2s", "delivery.lost == 0", "http.failed < 1%",
    "messages.delivered >= 5000", "order.violations == 0",
]

/// Judges a history as a run in virtual time is judged.
func report(
    of history: History, thresholds: [Threshold] = [], environment: RunEnvironment = RunEnvironment(command: "x"),
    samples: [ProcessSample] = []
) -> RunReport {
    let monitor = RunMonitor(history.run, recorder: nil, thresholds: thresholds, pace: .inCall)
    monitor.append(history.batch)
    for sample in samples { monitor.append(sample) }
    return monitor.finish(history.run, environment, isInterrupted: false)
}

func sampleThresholds(_ texts: [String]) throws -> [Threshold] { try texts.map { try Threshold(parsing: $0) } }

let sampleEnvironment: RunEnvironment = {
    var environment = RunEnvironment(
        command: "chatrix-sim run scenarios/smoke.yaml --seed 42 --users 200", scenarioText: "name: smoke\n")
    environment.versions = [.init("chatrix-sim", "0.1.0"), .init("Swift", "6.3.1"), .init("mosquitto", "2.0.11")]
    environment.facts = [.init("host", "2 processors, 24 GiB, Linux"), .init("memory per user", "17.4 kB")]
    return environment
}()

func sampleReport(_ fault: SampleRun.Fault = .none, thresholds: [String] = sampleThresholds) throws -> RunReport {
    let sample = SampleRun(fault: fault)
    return report(
        of: sample.history, thresholds: try sampleThresholds(thresholds), environment: sampleEnvironment,
        samples: sample.processSamples)
}

@Suite struct ReportTests {
    @Test func sampleRunHoldsItsGuarantees() throws {
        let report = try sampleReport()
        for finding in report.judgement.findings {
            #expect(finding.verdict == .valid, "\(finding.violations.first?.statement ?? "")")
        }
        #expect(report.summary.counts.messagesDelivered > 5000)
        #expect(report.summary.counts.eventsExcused > 0)
    }

    @Test(arguments: [
        (SampleRun.Fault.lost, "complete", 3), (.doubled, "unique", 3), (.leaked, "private", 3),
        // A late message comes after a newer one and after its own conversation-updated event.
        (.reordered, "ordered", 6),
    ])
    func faultIsReportedUnderItsGuarantee(fault: SampleRun.Fault, guarantee: String, violations: Int) throws {
        let report = try sampleReport(fault)
        #expect(report.summary.guarantees.filter { $0.verdict == "invalid" }.map(\.name) == [guarantee])
        #expect(report.exitCode == .failed)
        #expect(report.summary.violations.count == violations)
    }

    // MARK: exit codes

    @Test func exitCodesFollowTheirPrecedence() throws {
        let held = try sampleReport(thresholds: []).judgement
        let broken = try sampleReport(.lost, thresholds: ["http.p99 < 1us"]).judgement
        let crossed = try sampleReport(thresholds: ["http.p99 < 1us"]).judgement
        let unknown = try sampleReport(thresholds: ["http.block.p99 < 1us", "http.p99 < 1us"]).judgement
        #expect(ExitCode(held, isSaturated: false, isInterrupted: false) == .held)
        #expect(ExitCode(crossed, isSaturated: false, isInterrupted: false) == .thresholdCrossed)
        #expect(ExitCode(unknown, isSaturated: false, isInterrupted: false) == .unknown)
        #expect(ExitCode(unknown, isSaturated: true, isInterrupted: false) == .saturated)
        #expect(ExitCode(broken, isSaturated: true, isInterrupted: false) == .failed)
        #expect(ExitCode(broken, isSaturated: true, isInterrupted: true) == .interrupted)
        // A threshold that ended the run comes before what is unknown for that reason, and after broken guarantees.
        #expect(ExitCode(unknown, isSaturated: false, isInterrupted: false, isAborted: true) == .thresholdCrossed)
        #expect(ExitCode(broken, isSaturated: false, isInterrupted: false, isAborted: true) == .failed)
        #expect(ExitCode(crossed, isSaturated: true, isInterrupted: false, isAborted: true) == .saturated)
        #expect(ExitCode(crossed, isSaturated: false, isInterrupted: true, isAborted: true) == .interrupted)
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 99, 130])
    }

    @Test func lateDeliveriesFailTheRunAndSlowAnswersCrossAThreshold() throws {
        #expect(try sampleReport(thresholds: ["delivery.message.p99 < 1us"]).exitCode == .failed)
        #expect(try sampleReport(thresholds: ["http.p99 < 1us"]).exitCode == .thresholdCrossed)
    }

    @Test func saturatedGeneratorVoidsTheRun() throws {
        var history = SampleRun(users: 4, seconds: 1, rate: 8).history
        history.run.generator.isSaturated = true
        history.run.generator.lateSteps = 3
        let report = report(of: history)
        #expect(report.exitCode == .saturated)
        #expect(
            report.summary.outcome.saturation
                == "the load generator was too slow for this load: 3 of 8 steps began late, at worst by 1.24 ms; lower "
                + "the rate, or run it on more processors")
        #expect(JUnit.xml(report.summary).contains("<testcase classname=\"chatrix.generator\""))
    }

    // MARK: folder

    @Test func folderNameIsSafeAndUnique() throws {
        let parent = try TemporaryFolder()
        let date = Timestamp(milliseconds: 1_795_371_712_000)
        let first = try RunFolder.create(in: parent.path + "/reports", scenarioName: "../busy evening", date: date)
        let second = try RunFolder.create(in: parent.path + "/reports", scenarioName: "../busy evening", date: date)
        #expect(first.path == parent.path + "/reports/2026-11-22-182152----busy-evening")
        #expect(second.path == first.path + "-2")
    }

    @Test func folderThatCannotBeMadeIsNamed() throws {
        let parent = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: parent.path + "/file"))
        let error = #expect(throws: RunFolder.Failure.self) {
            try RunFolder.create(in: parent.path + "/file", scenarioName: "x", date: .virtualStart)
        }
        #expect(error?.subject.hasPrefix(parent.path + "/file") == true)
    }

    // MARK: summary

    @Test func summaryFulfilsItsSchema() throws {
        let folder = try TemporaryFolder()
        let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/schemas/summary.schema.json").path
        for fault in SampleRun.Fault.allCases {
            let path = folder.path + "/\(fault.rawValue).json"
            try RunFolder.write(try sampleReport(fault).summary.json(), to: path)
            let problems = try JSONSchema(contentsOf: schema).problems(in: path)
            #expect(problems == [], "\(fault)")
        }
    }

    @Test func schemaRefusesWhatIsNoSummary() throws {
        let folder = try TemporaryFolder()
        let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/schemas/summary.schema.json").path
        let path = folder.path + "/summary.json"
        let text = try sampleReport().summary.json()
        for (old, new) in [
            ("\"exit_code\"", "\"exitcode\""), ("\"valid\"", "\"fine\""),
            ("\"interrupted\" : false", "\"interrupted\" : 0"),
        ] {
            #expect(text.contains(old))
            try RunFolder.write(text.replacing(old, with: new), to: path)
            #expect(try JSONSchema(contentsOf: schema).problems(in: path) != [], "\(new)")
        }
    }

    @Test func summaryIsReadBack() throws {
        let folder = try TemporaryFolder()
        let summary = try sampleReport(.leaked).summary
        try RunFolder.write(try summary.json(), to: folder.path + "/summary.json")
        #expect(try Summary(contentsOf: folder.path + "/summary.json") == summary)
    }

    // MARK: figures

    @Test func timelineHasEverySecondAndAllOfTheRun() throws {
        let history = SampleRun().history
        let timeline = try sampleReport().judgement.measurements.timeline
        #expect(timeline.secondsPerPoint == 1)
        #expect(timeline.points.reduce(0) { $0 + $1.requests } == history.operations.count)
        #expect(timeline.points.reduce(0) { $0 + $1.messages } == history.deliveries.count { $0.kind == .message })
        let calm = try #require(timeline.points[10].http.value(.percentile(99)))
        let stalled = try #require(timeline.points[20].http.value(.percentile(99)))
        #expect(calm < 10 && stalled > 300, "\(calm) \(stalled)")
        #expect(timeline.points[11].disconnects == 3)
    }

    @Test func stretchesAreFewAndHoldEverything() throws {
        let timeline = try sampleReport().judgement.measurements.timeline
        // 10 points at most means 4 seconds each, the last one shorter.
        let stretches = timeline.stretches(atMost: 10)
        #expect(stretches.count == (timeline.points.count + 3) / 4)
        #expect(stretches.map(\.start) == stretches.indices.map { Double($0) * 4 })
        #expect(stretches.last.map { $0.start + $0.seconds } == Double(timeline.points.count))
        #expect(
            stretches.reduce(0) { $0 + $1.point.http.count } == timeline.points.reduce(0) { $0 + $1.http.count })
    }

    @Test func summaryShowsPhasesAndWhatBecameOfRequests() throws {
        var history = SampleRun().history
        let middle = history.run.loadStart + 10_000_000_000
        history.run.phases = [
            .init(name: "warm", start: history.run.loadStart, end: middle, isWarmUp: true),
            .init(name: "steady", start: middle, end: history.run.loadEnd),
        ]
        history.operations[300].result = .lost(reason: "timed out")
        let summary = report(of: history).summary
        #expect(summary.phases.map(\.name) == ["warm", "steady"])
        #expect(summary.phases.map(\.warmUp) == [true, false])
        #expect(summary.phases[1].requests == summary.counts.requests)
        #expect(summary.counts.requestsUnanswered == 1)
        #expect(summary.counts.requestsRefused > 0)
        #expect(summary.run.loadSeconds == 20)
    }

    @Test func lossesDuringTheClosingAreNotCounted() {
        var history = SampleRun().history
        let lost = report(of: history).summary.counts.disconnects
        history.sessionChanges.append(.init(user: 1, at: history.run.end, isUp: false, reason: "closed"))
        #expect(lost == 3)
        #expect(report(of: history).summary.counts.disconnects == lost)
    }

    // MARK: JUnit

    @Test func junitHasACasePerGuaranteeAndThreshold() throws {
        let xml = JUnit.xml(try sampleReport(.lost).summary)
        #expect(xml.contains("<testsuites tests=\"15\" failures=\"3\" errors=\"0\""))
        #expect(xml.contains("<testcase classname=\"chatrix.guarantee\" name=\"unique\" time=\"0\"/>"))
        #expect(xml.contains("<testcase classname=\"chatrix.threshold\" name=\"http.send.p95 &lt; 10ms\" time=\"0\"/>"))
        #expect(
            xml.contains("<testcase classname=\"chatrix.guarantee\" name=\"complete\" time=\"0\">\n<failure message="))
        #expect(xml.contains("name=\"chatrix-sim busy &lt;evening&gt; &amp; &quot;late&quot;\""))
        #expect(try XMLCheck.isWellFormed(xml))
    }

    @Test func unknownIsAnErrorInJUnit() throws {
        let xml = JUnit.xml(try sampleReport(thresholds: ["delivery.message.p99 < 2s", "http.block.p99 < 1s"]).summary)
        #expect(xml.contains("failures=\"0\" errors=\"1\""))
        #expect(xml.contains("<error message=\"nothing was measured\"></error>"))
    }
}

/// Well-formedness by Python's parser, which is on every machine that builds this.
enum XMLCheck {
    static func isWellFormed(_ xml: String) throws -> Bool {
        let folder = try TemporaryFolder()
        let path = folder.path + "/document.xml"
        try RunFolder.write(xml, to: path)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])", path]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
