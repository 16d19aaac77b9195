import ChatrixHistory
import ChatrixModel

/// The figures of a run, in bounded memory. Durations and figures of requests are of operations of the load phase and the
/// events they caused, counts of deliveries and violations of the whole run.
package struct Measurements: Sendable {
    package typealias Kind = History.Delivery.Kind
    package typealias Request = History.Operation.Request

    /// Requests of one kind.
    package struct Requests: Sendable {
        /// Scheduled time to complete answer, of accepted, refused and unreadable ones.
        package var latency = Distribution()
        /// Handed to the connection to complete answer, of the same.
        package var answer = Distribution()
        package var count = 0
        /// Not answered as expected.
        package var failed = 0

        init() {}

        fileprivate mutating func add(_ other: Requests) {
            latency.add(other.latency)
            answer.add(other.answer)
            count += other.count
            failed += other.failed
        }
    }

    /// First arrivals of events of one kind whose cause is known.
    package struct Arrivals: Sendable {
        /// Since the scheduled time of the cause.
        package var latency = Distribution()
        /// Since the cause was handed to the connection.
        package var arrival = Distribution()
        /// Since the complete answer to the cause, of those that came after it.
        package var afterAnswer = Distribution()

        init() {}

        fileprivate mutating func add(_ other: Arrivals) {
            latency.add(other.latency)
            arrival.add(other.arrival)
            afterAnswer.add(other.afterAnswer)
        }
    }

    /// What belongs to one phase of the load, or to all that count.
    package struct Figures: Sendable {
        package fileprivate(set) var http = [Requests](repeating: Requests(), count: Endpoint.Name.allCases.count)
        package fileprivate(set) var socket = [Requests](repeating: Requests(), count: SocketAction.allCases.count)
        package fileprivate(set) var arrivals = [Arrivals](repeating: Arrivals(), count: Kind.allCases.count)
        /// Scheduled time to hand-over.
        package fileprivate(set) var lag = Distribution()
        /// Messages delivered whose send belongs here.
        package fileprivate(set) var messagesDelivered = 0
        /// Length, seconds; 0 if the load never began.
        package fileprivate(set) var seconds = 0.0

        fileprivate mutating func add(_ other: Figures) {
            for index in http.indices where other.http[index].count > 0 { http[index].add(other.http[index]) }
            for index in socket.indices where other.socket[index].count > 0 { socket[index].add(other.socket[index]) }
            for index in arrivals.indices where other.arrivals[index].latency.count > 0 {
                arrivals[index].add(other.arrivals[index])
            }
            lag.add(other.lag)
            messagesDelivered += other.messagesDelivered
            seconds += other.seconds
        }
    }

    /// As `Figures`, by phase; operations outside all phases come first.
    private var figures: [Figures] = [Figures()]
    private var phases: [History.LoadPhase] = []
    private var loadStart: Int64 = 0
    private var loadEnd: Int64 = 0
    /// Where the last operation was found.
    private var lastPhase = 0
    package internal(set) var timeline = Timeline()
    package internal(set) var counts = DeliveryCounts()
    package internal(set) var violations: [Int] = Array(repeating: 0, count: Metric.Guarantee.allCases.count)

    init(_ run: History.Run) {
        update(run)
    }

    /// Takes the phases that were begun, and how far the load has come.
    mutating func update(_ run: History.Run) {
        phases = run.phases
        loadStart = run.loadStart
        loadEnd = run.loadEnd
        while figures.count <= phases.count { figures.append(Figures()) }
        for (index, phase) in phases.enumerated() {
            figures[index + 1].seconds = Double(max(phase.end - phase.start, 0)) / 1e9
        }
        let whole = Double(max(loadEnd - loadStart, 0)) / 1e9
        figures[0].seconds = max(whole - phases.reduce(0) { $0 + Double(max($1.end - $1.start, 0)) / 1e9 }, 0)
    }

    /// Index into `figures` by the scheduled time of an operation.
    @inline(__always)
    private mutating func place(_ scheduled: Int64) -> Int {
        if phases.isEmpty { return 0 }
        if lastPhase < phases.count, phases[lastPhase].start <= scheduled, scheduled < phases[lastPhase].end {
            return lastPhase + 1
        }
        guard let index = phases.lastIndex(where: { $0.start <= scheduled && scheduled < $0.end }) else { return 0 }
        lastPhase = index
        return index + 1
    }

    /// The phase of the load in which an operation was scheduled.
    func phase(at scheduled: Int64) -> History.LoadPhase? {
        phases.last { $0.start <= scheduled && scheduled < $0.end }
    }

    // MARK: - Recording

    mutating func note(_ operation: History.Operation) {
        let lag = operation.sent - operation.scheduled
        timeline.noteOperation(
            at: operation.completed, latency: operation.latency, lag: lag, isFailed: !operation.isExpected)
        guard operation.phase == .load else { return }
        let place = place(operation.scheduled)
        figures[place].lag.record(lag)
        switch operation.request {
        case .http(let endpoint): Measurements.note(operation, &figures[place].http[endpoint.position])
        case .socket(let action): Measurements.note(operation, &figures[place].socket[action.position])
        }
    }

    @inline(__always)
    private static func note(_ operation: History.Operation, _ requests: inout Requests) {
        requests.count += 1
        if !operation.isExpected { requests.failed += 1 }
        if case .lost = operation.result { return }
        requests.latency.record(operation.latency)
        requests.answer.record(operation.completed - operation.sent)
    }

    /// The times of an operation that deliveries are measured by.
    struct Cause: Sendable {
        var scheduled: Int64
        var sent: Int64
        var completed: Int64
        var isLoad: Bool
        var isAccepted: Bool
    }

    /// A first arrival whose cause is known.
    mutating func note(_ kind: Kind, at time: Int64, _ cause: Cause) {
        guard cause.isLoad else { return }
        let latency = time - cause.scheduled
        if kind == .message { timeline.noteDelivery(at: time, latency: latency) }
        let place = place(cause.scheduled)
        let index = kind.position
        figures[place].arrivals[index].latency.record(latency)
        figures[place].arrivals[index].arrival.record(time - cause.sent)
        if cause.isAccepted, time >= cause.completed {
            figures[place].arrivals[index].afterAnswer.record(time - cause.completed)
        }
    }

    /// A message whose send is known reached its recipient.
    mutating func noteMessageDelivered(_ cause: Cause) {
        guard cause.isLoad else { return }
        let place = place(cause.scheduled)
        figures[place].messagesDelivered += 1
    }

    // MARK: - Values

    /// The phases that were begun, in order, with their figures.
    package var phaseFigures: [(phase: History.LoadPhase, figures: Figures)] {
        Array(zip(phases, figures.dropFirst()))
    }

    /// All phases that are no warm-up put together.
    package var total: Figures {
        var total = figures[0]
        for (phase, figures) in zip(phases, figures.dropFirst()) where !phase.isWarmUp { total.add(figures) }
        return total
    }

    /// Those of one phase, of phases of the same name together; without a name those of all that are no warm-up.
    private func parts(_ phase: String?) -> [Figures] {
        guard let phase else {
            return [figures[0]] + zip(phases, figures.dropFirst()).filter { !$0.0.isWarmUp }.map(\.1)
        }
        return zip(phases, figures.dropFirst()).filter { $0.0.name == phase }.map(\.1)
    }

    /// In the unit of `Metric.quantity`: milliseconds, a count, or a number per second; `nil` if nothing was measured.
    ///
    /// While the run goes on, rates count up to `now`, nanoseconds.
    package func value(of metric: Metric, in phase: String? = nil, now: Int64? = nil) -> Double? {
        switch metric {
        case .deliveryCount(let count): return Double(counts[count])
        case .messagesSent: return Double(counts.messagesSent)
        case .messagesDelivered: return Double(counts.messagesDelivered)
        case .violations(let guarantee): return Double(violations[guarantee.position])
        default: break
        }
        let parts = parts(phase)
        func duration(_ distributions: (Figures) -> [Distribution], _ statistic: Metric.Statistic) -> Double? {
            var merged = Distribution()
            for part in parts { for distribution in distributions(part) { merged.add(distribution) } }
            return merged.value(statistic)
        }
        func sum(_ count: (Figures) -> Int) -> Double { Double(parts.map(count).reduce(0, +)) }
        func rate(_ count: (Figures) -> Int) -> Double? {
            let seconds = seconds(phase, now: now)
            return seconds > 0 ? sum(count) / seconds : nil
        }
        switch metric {
        case .httpLatency(let endpoint, let statistic):
            return duration({ $0[http: endpoint].map(\.latency) }, statistic)
        case .httpRequests(let endpoint): return sum { $0[http: endpoint].reduce(0) { $0 + $1.count } }
        case .httpFailed(let endpoint): return sum { $0[http: endpoint].reduce(0) { $0 + $1.failed } }
        case .httpRate(let endpoint): return rate { $0[http: endpoint].reduce(0) { $0 + $1.latency.count } }
        case .socketLatency(let action, let statistic):
            return duration({ $0[socket: action].map(\.latency) }, statistic)
        case .socketRequests(let action): return sum { $0[socket: action].reduce(0) { $0 + $1.count } }
        case .socketFailed(let action): return sum { $0[socket: action].reduce(0) { $0 + $1.failed } }
        case .socketRate(let action): return rate { $0[socket: action].reduce(0) { $0 + $1.latency.count } }
        case .hopToAnswer(let endpoint, let statistic):
            return duration({ $0[http: endpoint].map(\.answer) }, statistic)
        case .hopToArrival(let kind, let statistic): return duration({ $0[arrivals: kind].map(\.arrival) }, statistic)
        case .hopAfterAnswer(let kind, let statistic):
            return duration({ $0[arrivals: kind].map(\.afterAnswer) }, statistic)
        case .deliveryLatency(let kind, let statistic):
            return duration({ $0[arrivals: kind].map(\.latency) }, statistic)
        case .messagesRate: return rate(\.messagesDelivered)
        case .generatorLag(let statistic): return duration({ [$0.lag] }, statistic)
        case .deliveryCount, .messagesSent, .messagesDelivered, .violations: return nil
        }
    }

    /// Of the load that counts, or of a phase.
    private func seconds(_ phase: String?, now: Int64?) -> Double {
        let parts = parts(phase)
        guard let now else { return parts.reduce(0) { $0 + $1.seconds } }
        guard loadEnd == 0, loadStart < now else { return parts.reduce(0) { $0 + $1.seconds } }
        if phases.isEmpty { return Double(now - loadStart) / 1e9 }
        return phases.filter { part in phase.map { part.name == $0 } ?? !part.isWarmUp }
            .reduce(0) { $0 + Double(max(min($1.end, now) - $1.start, 0)) / 1e9 }
    }

    /// Of the load phase without warm-up, seconds; 0 if it never began.
    package var loadSeconds: Double { seconds(nil, now: nil) }
}

extension Measurements.Figures {
    fileprivate subscript(http endpoint: Endpoint.Name?) -> ArraySlice<Measurements.Requests> {
        endpoint.map { http[$0.position...$0.position] } ?? http[...]
    }

    fileprivate subscript(socket action: SocketAction?) -> ArraySlice<Measurements.Requests> {
        action.map { socket[$0.position...$0.position] } ?? socket[...]
    }

    fileprivate subscript(arrivals kind: History.Delivery.Kind?) -> ArraySlice<Measurements.Arrivals> {
        kind.map { arrivals[$0.position...$0.position] } ?? arrivals[...]
    }

    /// All requests over HTTP together.
    package var requests: Measurements.Requests {
        var all = Measurements.Requests()
        for part in http where part.count > 0 { all.add(part) }
        return all
    }

    /// Endpoints that were called.
    package var requestsByEndpoint: [Endpoint.Name: Measurements.Requests] {
        let called = Endpoint.Name.allCases.filter { http[$0.position].count > 0 }
        return Dictionary(uniqueKeysWithValues: called.map { ($0, http[$0.position]) })
    }

    /// Events that were sent over WebSocket connections.
    package var requestsByAction: [SocketAction: Measurements.Requests] {
        let sent = SocketAction.allCases.filter { socket[$0.position].count > 0 }
        return Dictionary(uniqueKeysWithValues: sent.map { ($0, socket[$0.position]) })
    }

    /// All first arrivals whose cause is known together.
    package var delivery: Measurements.Arrivals {
        var all = Measurements.Arrivals()
        for part in arrivals where part.latency.count > 0 { all.add(part) }
        return all
    }

    /// Kinds of events that arrived.
    package var arrivalsByKind: [History.Delivery.Kind: Measurements.Arrivals] {
        let seen = History.Delivery.Kind.allCases.filter { arrivals[$0.position].latency.count > 0 }
        return Dictionary(uniqueKeysWithValues: seen.map { ($0, arrivals[$0.position]) })
    }
}

extension Measurements {
    // Of all phases that count.
    package var requests: Requests { total.requests }
    package var requestsByEndpoint: [Endpoint.Name: Requests] { total.requestsByEndpoint }
    package var delivery: Distribution { total.delivery.latency }
    package var deliveryByKind: [Kind: Distribution] { total.arrivalsByKind.mapValues(\.latency) }
    package var lag: Distribution { total.lag }
}

extension DeliveryCounts {
    package subscript(_ count: Metric.DeliveryCount) -> Int {
        switch count {
        case .expected: expected
        case .delivered: delivered
        case .lost: lost
        case .duplicated: duplicated
        case .redelivered: redelivered
        case .excused: excused
        }
    }
}
