/// The summary in the text format of Prometheus (exposition format 0.0.4): base units, one HELP and one TYPE line a family.
package enum Prometheus {
    private struct Sample {
        var suffix = ""
        var labels: [(String, String)] = []
        var value: Double
    }

    private struct Family {
        var name: String
        var type: String
        var help: String
        var samples: [Sample]
    }

    package static func text(_ summary: Summary) -> String {
        let families = [run(summary), counts(summary), verdicts(summary), durations(summary), generator(summary)]
        return families.flatMap { $0 }.filter { !$0.samples.isEmpty }.map(text).joined()
    }

    private static func text(_ family: Family) -> String {
        let name = "chatrix_\(family.name)"
        let lines = family.samples.map { sample in
            let labels = sample.labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
            return "\(name)\(sample.suffix)\(labels.isEmpty ? "" : "{\(labels)}") \(number(sample.value))\n"
        }
        return "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.type)\n" + lines.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    /// Whole nanoseconds: more digits would only be noise of the division.
    private static func seconds(milliseconds: Double) -> Double { (milliseconds * 1e6).rounded() / 1e9 }

    private static func gauge(_ name: String, _ help: String, _ value: Double?) -> Family {
        Family(name: name, type: "gauge", help: help, samples: value.map { [Sample(value: $0)] } ?? [])
    }

    // MARK: - Families

    private static func run(_ summary: Summary) -> [Family] {
        let run = summary.run
        let labels = [
            ("scenario", run.scenario), ("seed", run.seed), ("clock", run.clock), ("command", run.command),
        ]
        return [
            Family(
                name: "run_info", type: "gauge", help: "The run that the figures are of.",
                samples: [Sample(labels: labels, value: 1)]),
            gauge("run_exit_code", "How the run ended.", Double(summary.outcome.exitCode)),
            gauge("run_users", "Virtual users.", Double(run.users)),
            gauge("run_load_seconds", "Length of the load without warm-up.", run.loadSeconds),
            gauge("run_requests_per_second", "Answers per second of load.", summary.counts.requestsPerSecond),
            gauge(
                "run_messages_per_second", "Messages delivered per second of load.", summary.counts.messagesPerSecond),
        ]
    }

    private static func counter(
        _ name: String, _ help: String, _ label: String, _ values: [(String, Int)]
    ) -> Family {
        Family(
            name: name, type: "counter", help: help,
            samples: values.map { Sample(labels: [(label, $0.0)], value: Double($0.1)) })
    }

    private static func counts(_ summary: Summary) -> [Family] {
        let counts = summary.counts
        return [
            counter(
                "requests_total", "Requests of the load by what became of them.", "result",
                [
                    ("all", counts.requests), ("not_accepted", counts.requestsFailed),
                    ("refused", counts.requestsRefused), ("unanswered", counts.requestsUnanswered),
                ]),
            counter(
                "messages_total", "Messages sent with an answer, and those that reached their recipient.", "state",
                [("sent", counts.messagesSent), ("delivered", counts.messagesDelivered)]),
            counter(
                "events_total", "Events that accepted operations entail, by what became of them.", "state",
                [
                    ("expected", counts.eventsExpected), ("delivered", counts.eventsDelivered),
                    ("lost", counts.eventsLost), ("duplicated", counts.eventsDuplicated),
                    ("redelivered", counts.eventsRedelivered), ("excused", counts.eventsExcused),
                    ("awaited", counts.eventsAwaited),
                ]),
            Family(
                name: "sessions_lost_total", type: "counter", help: "Event sessions that were lost.",
                samples: [Sample(value: Double(counts.disconnects))]),
        ]
    }

    private static func verdicts(_ summary: Summary) -> [Family] {
        let guarantees = summary.guarantees
        let thresholds = summary.thresholds
        return [
            Family(
                name: "guarantee_verdict", type: "gauge",
                help: "1 for the verdict of each guarantee, 0 for the others.",
                samples: guarantees.flatMap { guarantee in
                    ["valid", "invalid", "unknown"].map { verdict in
                        Sample(
                            labels: [("guarantee", guarantee.name), ("verdict", verdict)],
                            value: guarantee.verdict == verdict ? 1 : 0)
                    }
                }),
            counter(
                "violations_total", "Violations of each guarantee.", "guarantee",
                guarantees.map { ($0.name, $0.violations) }),
            Family(
                name: "threshold_held", type: "gauge", help: "1 for a threshold that held, 0 for one that was crossed.",
                samples: thresholds.filter { $0.state != "unmeasured" }.map {
                    Sample(labels: [("threshold", $0.text)], value: $0.state == "held" ? 1 : 0)
                }),
            Family(
                name: "threshold_measured", type: "gauge",
                help: "What a threshold was compared with: seconds, a count, a share of 1, or a number per second.",
                samples: thresholds.compactMap { threshold in
                    threshold.measured.map { value in
                        Sample(
                            labels: [("threshold", threshold.text)],
                            value: threshold.quantity == "milliseconds" ? seconds(milliseconds: value) : value)
                    }
                }),
        ]
    }

    /// The first part of a metric's name, its family and the label for the rest.
    private static let durationFamilies: [(prefix: String, family: String, label: String?, help: String)] = [
        ("http", "http_duration_seconds", "endpoint", "Scheduled time to complete answer."),
        ("websocket", "websocket_duration_seconds", "action", "Scheduled time to the confirmation."),
        ("delivery", "delivery_duration_seconds", "kind", "Scheduled time of the cause to the arrival of its event."),
        ("hop.answer", "hop_answer_seconds", "endpoint", "Sent to complete answer."),
        ("hop.arrival", "hop_arrival_seconds", "kind", "Cause sent to the arrival of its event."),
        ("hop.after-answer", "hop_after_answer_seconds", "kind", "Complete answer of the cause to a later arrival."),
        ("generator.lag", "generator_lag_seconds", nil, "Scheduled time to the hand-over to the connection."),
    ]

    private static func durations(_ summary: Summary) -> [Family] {
        let parts = [("all", summary.metrics)] + summary.phases.map { ($0.name, $0.metrics) }
        return durationFamilies.map { prefix, family, label, help in
            var samples: [Sample] = []
            for (phase, metrics) in parts {
                for metric in metrics where metric.name == prefix || metric.name.hasPrefix(prefix + ".") {
                    let rest = metric.name.dropFirst(prefix.count + 1)
                    var labels = label.map { [($0, rest.isEmpty ? "all" : String(rest))] } ?? []
                    labels.append(("phase", phase))
                    let quantiles = [
                        ("0", metric.min), ("0.5", metric.med), ("0.9", metric.p90), ("0.95", metric.p95),
                        ("0.99", metric.p99), ("1", metric.max),
                    ]
                    samples += quantiles.map {
                        Sample(labels: labels + [("quantile", $0.0)], value: seconds(milliseconds: $0.1))
                    }
                    samples.append(
                        Sample(
                            suffix: "_sum", labels: labels,
                            value: seconds(milliseconds: metric.avg * Double(metric.count))))
                    samples.append(Sample(suffix: "_count", labels: labels, value: Double(metric.count)))
                }
            }
            return Family(
                name: family, type: "summary", help: help + " The label value all means all together.",
                samples: samples)
        }
    }

    private static func generator(_ summary: Summary) -> [Family] {
        let generator = summary.generator
        return [
            counter(
                "generator_steps_total", "Due steps of the load, and those that began late.", "state",
                [("due", generator.dueSteps), ("late", generator.lateSteps)]),
            gauge(
                "generator_lag_seconds_max", "Longest delay from due to begun.", seconds(milliseconds: generator.lagMax)
            ),
            gauge(
                "generator_saturated", "1 if the generator was too slow and the run is void.",
                generator.saturated ? 1 : 0),
        ]
    }
}
