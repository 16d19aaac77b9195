import ChatrixModel

/// A figure of a run that thresholds and reports name, for example `http.send.p99` or `delivery.lost`.
///
/// Latencies, rates and figures of requests are of the measured part of the run (`History.Operation.Phase.load`, without
/// warm-up phases unless one is named), counts of deliveries, messages and violations of the whole run. Latencies count from
/// the scheduled time of the operation, hops from one station to the next.
package enum Metric: Sendable, Hashable {
    /// `http.STATISTIC` or `http.ENDPOINT.STATISTIC`: scheduled time to complete answer.
    case httpLatency(Endpoint.Name?, Statistic)
    /// `http.requests`, `http.ENDPOINT.requests`.
    case httpRequests(Endpoint.Name?)
    /// `http.failed`, `http.ENDPOINT.failed`: lost or unreadable answers and refusals; as a share with `%`.
    case httpFailed(Endpoint.Name?)
    /// `http.rate`, `http.ENDPOINT.rate`: answers per second.
    case httpRate(Endpoint.Name?)
    /// `websocket.STATISTIC` or `websocket.ACTION.STATISTIC`: scheduled time to confirmation of events sent over WebSocket
    /// connections; where the API confirms nothing, to the end of writing.
    case socketLatency(SocketAction?, Statistic)
    /// `websocket.requests`, `websocket.ACTION.requests`.
    case socketRequests(SocketAction?)
    /// `websocket.failed`, `websocket.ACTION.failed`: as `http.failed`.
    case socketFailed(SocketAction?)
    /// `websocket.rate`, `websocket.ACTION.rate`: confirmations per second.
    case socketRate(SocketAction?)
    /// `hop.answer.STATISTIC` or `hop.answer.ENDPOINT.STATISTIC`: handed to the HTTP connection to complete answer.
    case hopToAnswer(Endpoint.Name?, Statistic)
    /// `hop.arrival.STATISTIC` or `hop.arrival.KIND.STATISTIC`: cause handed to the connection to the arrival of its event.
    case hopToArrival(History.Delivery.Kind?, Statistic)
    /// `hop.after-answer.STATISTIC` or `hop.after-answer.KIND.STATISTIC`: complete answer of the cause to the arrival of its
    /// event, of events that came after the answer.
    case hopAfterAnswer(History.Delivery.Kind?, Statistic)
    /// `delivery.STATISTIC` or `delivery.KIND.STATISTIC`: scheduled time of the cause to the arrival of its event.
    case deliveryLatency(History.Delivery.Kind?, Statistic)
    /// `delivery.expected` and so on.
    case deliveryCount(DeliveryCount)
    /// `messages.sent`: accepted sends.
    case messagesSent
    /// `messages.delivered`: messages that reached their recipient.
    case messagesDelivered
    /// `messages.rate`: messages delivered per second.
    case messagesRate
    /// `complete.violations`, `order.violations` and so on.
    case violations(Guarantee)
    /// `generator.lag.STATISTIC`: scheduled time to the hand-over to the connection.
    case generatorLag(Statistic)

    package enum DeliveryCount: String, Sendable, CaseIterable {
        case expected, delivered, lost, duplicated, redelivered, excused
    }

    /// The part of a metric's name before `.violations`; in the order of reports.
    package enum Guarantee: String, Sendable, CaseIterable {
        case complete, unique, order, `private`, causal, prompt, conforming, converged

        /// What reports call the guarantee: an adjective like the others.
        package var title: String { self == .order ? "ordered" : rawValue }
    }

    package enum Statistic: Sendable, Hashable {
        case average, minimum, maximum
        /// Above 0, at most 100; the median is 50.
        case percentile(Double)

        package init?(_ text: some StringProtocol) {
            switch text {
            case "avg": self = .average
            case "min": self = .minimum
            case "max": self = .maximum
            case "med": self = .percentile(50)
            default:
                guard text.first == "p", text.dropFirst().allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
                    let value = Double(text.dropFirst()), value > 0, value <= 100
                else { return nil }
                self = .percentile(value)
            }
        }
    }

    /// What a value of the metric counts.
    package enum Quantity: Sendable {
        /// Milliseconds.
        case duration
        case count
        /// A count that may also be asked for as a share, 0…1.
        case countOrShare
        /// Per second.
        case rate
    }

    package var quantity: Quantity {
        switch self {
        case .httpLatency, .socketLatency, .hopToAnswer, .hopToArrival, .hopAfterAnswer, .deliveryLatency,
            .generatorLag:
            .duration
        case .httpFailed, .socketFailed: .countOrShare
        case .deliveryCount(let count):
            switch count {
            case .expected, .redelivered: .count
            case .delivered, .lost, .duplicated, .excused: .countOrShare
            }
        case .httpRequests, .socketRequests, .messagesSent, .messagesDelivered, .violations: .count
        case .httpRate, .socketRate, .messagesRate: .rate
        }
    }

    /// The metric can be asked for of one phase of the load.
    package var hasPhases: Bool {
        switch self {
        case .deliveryCount, .messagesSent, .messagesDelivered, .violations: false
        default: true
        }
    }

    /// What a share of this metric is a share of; `nil` for metrics without a share.
    package var whole: Metric? {
        switch self {
        case .httpFailed(let endpoint): .httpRequests(endpoint)
        case .socketFailed(let action): .socketRequests(action)
        case .deliveryCount(let count) where quantity == .countOrShare && count != .expected: .deliveryCount(.expected)
        default: nil
        }
    }
}

extension Metric {
    /// Reads a name; `nil` if no metric is called so.
    package init?(_ name: some StringProtocol) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let rest = Substring(parts[1])
        switch parts[0] {
        case "http":
            guard let metric = Metric.http(rest) else { return nil }
            self = metric
        case "websocket":
            guard let metric = Metric.socket(rest) else { return nil }
            self = metric
        case "hop":
            guard let metric = Metric.hop(rest) else { return nil }
            self = metric
        case "delivery":
            if let count = DeliveryCount(rawValue: String(rest)) {
                self = .deliveryCount(count)
            } else {
                guard let (kind, statistic) = Metric.part(rest, Metric.kind) else { return nil }
                self = .deliveryLatency(kind, statistic)
            }
        case "messages":
            switch rest {
            case "sent": self = .messagesSent
            case "delivered": self = .messagesDelivered
            case "rate": self = .messagesRate
            default: return nil
            }
        case "generator":
            guard rest.hasPrefix("lag."), let statistic = Statistic(rest.dropFirst(4)) else { return nil }
            self = .generatorLag(statistic)
        default:
            guard rest == "violations", let guarantee = Guarantee(rawValue: String(parts[0])) else { return nil }
            self = .violations(guarantee)
        }
    }

    /// `STATISTIC` or `PART.STATISTIC`.
    private static func part<Part>(
        _ rest: Substring, _ part: (String) -> Part?
    ) -> (part: Part?, statistic: Statistic)? {
        if let statistic = Statistic(rest) { return (nil, statistic) }
        let pair = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, let value = part(String(pair[0])), let statistic = Statistic(pair[1]) else { return nil }
        return (value, statistic)
    }

    /// A kind of event that can have a latency.
    private static func kind(_ name: String) -> History.Delivery.Kind? {
        History.Delivery.Kind(rawValue: name).flatMap { $0.isMeasured ? $0 : nil }
    }

    private static func hop(_ rest: Substring) -> Metric? {
        let pair = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { return nil }
        switch pair[0] {
        case "answer": return part(pair[1]) { Endpoint.Name(rawValue: $0) }.map { .hopToAnswer($0.part, $0.statistic) }
        case "arrival": return part(pair[1], kind).map { .hopToArrival($0.part, $0.statistic) }
        case "after-answer": return part(pair[1], kind).map { .hopAfterAnswer($0.part, $0.statistic) }
        default: return nil
        }
    }

    private static func socket(_ rest: Substring) -> Metric? {
        if let metric = socket(nil, rest) { return metric }
        let pair = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, let action = SocketAction(rawValue: String(pair[0])) else { return nil }
        return socket(action, pair[1])
    }

    private static func socket(_ action: SocketAction?, _ figure: Substring) -> Metric? {
        switch figure {
        case "requests": .socketRequests(action)
        case "failed": .socketFailed(action)
        case "rate": .socketRate(action)
        default: Statistic(figure).map { .socketLatency(action, $0) }
        }
    }

    private static func http(_ rest: some StringProtocol) -> Metric? {
        if let metric = http(nil, rest) { return metric }
        let pair = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, let endpoint = Endpoint.Name(rawValue: String(pair[0])) else { return nil }
        return http(endpoint, pair[1])
    }

    private static func http(_ endpoint: Endpoint.Name?, _ figure: some StringProtocol) -> Metric? {
        switch figure {
        case "requests": .httpRequests(endpoint)
        case "failed": .httpFailed(endpoint)
        case "rate": .httpRate(endpoint)
        default: Statistic(figure).map { .httpLatency(endpoint, $0) }
        }
    }

    /// Every name, with `avg`, `min`, `med`, `p90`, `p95`, `p99` and `max` for the statistics (any other `pNN` is read
    /// as well), in the order of the documentation.
    package static let names: [String] = {
        let statistics = ["avg", "min", "med", "p90", "p95", "p99", "max"]
        let figures = ["requests", "failed", "rate"] + statistics
        var names = figures.map { "http.\($0)" }
        for endpoint in Endpoint.Name.allCases { names += figures.map { "http.\(endpoint.rawValue).\($0)" } }
        names += figures.map { "websocket.\($0)" }
        for action in SocketAction.allCases { names += figures.map { "websocket.\(action.rawValue).\($0)" } }
        names += DeliveryCount.allCases.map { "delivery.\($0.rawValue)" } + statistics.map { "delivery.\($0)" }
        let kinds = History.Delivery.Kind.allCases.filter(\.isMeasured).map(\.rawValue)
        for kind in kinds { names += statistics.map { "delivery.\(kind).\($0)" } }
        names += statistics.map { "hop.answer.\($0)" }
        for endpoint in Endpoint.Name.allCases { names += statistics.map { "hop.answer.\(endpoint.rawValue).\($0)" } }
        for hop in ["arrival", "after-answer"] {
            names += statistics.map { "hop.\(hop).\($0)" }
            for kind in kinds { names += statistics.map { "hop.\(hop).\(kind).\($0)" } }
        }
        names += ["messages.sent", "messages.delivered", "messages.rate"]
        names += Guarantee.allCases.map { "\($0.rawValue).violations" }
        names += statistics.map { "generator.lag.\($0)" }
        return names
    }()
}

extension Metric: CustomStringConvertible {
    /// The name; `Metric(description)` gives the metric back.
    package var description: String {
        func part(_ metric: String, _ part: String?, _ figure: String) -> String {
            part.map { "\(metric).\($0).\(figure)" } ?? "\(metric).\(figure)"
        }
        func http(_ endpoint: Endpoint.Name?, _ figure: String) -> String { part("http", endpoint?.rawValue, figure) }
        func socket(_ action: SocketAction?, _ figure: String) -> String { part("websocket", action?.rawValue, figure) }
        return switch self {
        case .httpLatency(let endpoint, let statistic): http(endpoint, statistic.description)
        case .httpRequests(let endpoint): http(endpoint, "requests")
        case .httpFailed(let endpoint): http(endpoint, "failed")
        case .httpRate(let endpoint): http(endpoint, "rate")
        case .socketLatency(let action, let statistic): socket(action, statistic.description)
        case .socketRequests(let action): socket(action, "requests")
        case .socketFailed(let action): socket(action, "failed")
        case .socketRate(let action): socket(action, "rate")
        case .hopToAnswer(let endpoint, let statistic): part("hop.answer", endpoint?.rawValue, statistic.description)
        case .hopToArrival(let kind, let statistic): part("hop.arrival", kind?.rawValue, statistic.description)
        case .hopAfterAnswer(let kind, let statistic): part("hop.after-answer", kind?.rawValue, statistic.description)
        case .deliveryLatency(let kind, let statistic): part("delivery", kind?.rawValue, statistic.description)
        case .deliveryCount(let count): "delivery.\(count.rawValue)"
        case .messagesSent: "messages.sent"
        case .messagesDelivered: "messages.delivered"
        case .messagesRate: "messages.rate"
        case .violations(let guarantee): "\(guarantee.rawValue).violations"
        case .generatorLag(let statistic): "generator.lag.\(statistic)"
        }
    }
}

extension Metric.Statistic: CustomStringConvertible {
    package var description: String {
        switch self {
        case .average: "avg"
        case .minimum: "min"
        case .maximum: "max"
        case .percentile(50): "med"
        case .percentile(let value): value == value.rounded() ? "p\(Int(value))" : "p\(value)"
        }
    }
}

extension History.Delivery.Kind {
    /// Events of this kind have a cause among the operations, so that a latency can be told.
    fileprivate var isMeasured: Bool { self != .unreadable && self != .socketError }
}
