import ChatrixHistory
import ChatrixModel

/// The figures of a run. Durations and HTTP figures are of operations of the load phase and the events they caused,
/// counts of deliveries and violations of the whole run.
package struct Measurements: Sendable {
    package typealias Kind = History.Delivery.Kind

    /// Requests to one endpoint.
    package struct Requests: Sendable {
        /// Scheduled time to complete answer, of accepted and refused requests.
        package var latency = Distribution([])
        package var count = 0
        /// Not accepted.
        package var failed = 0

        init() {}
    }

    /// One arrival on its way through time.
    package struct DeliverySample: Sendable {
        /// Arrival, nanoseconds of the run.
        package var at: Int64
        /// Since the scheduled time of the cause, nanoseconds.
        package var latency: Int64
        package var kind: Kind
    }

    package var requests = Requests()
    /// Endpoints that were called.
    package var requestsByEndpoint: [Endpoint.Name: Requests] = [:]
    /// Scheduled time of the cause to the first arrival, of all kinds together.
    package var delivery = Distribution([])
    package var deliveryByKind: [Kind: Distribution] = [:]
    /// Complete reply of the cause to the first arrival; negative where the event was faster than the reply.
    package var deliveryAfterReplyByKind: [Kind: Distribution] = [:]
    /// First arrivals whose cause is known, in the order of arrival.
    package var deliverySamples: [DeliverySample] = []
    /// Scheduled time to hand-over.
    package var lag = Distribution([])
    /// Of the load phase, seconds; 0 if it never began.
    package var loadSeconds = 0.0
    /// Messages delivered whose send belongs to the load phase.
    package var messagesDeliveredInLoad = 0
    package var counts = DeliveryCounts()
    package var violations: [Metric.Guarantee: Int] = [:]

    init(_ trace: Trace) {
        measureRequests(trace)
        measureDeliveries(trace)
        let run = trace.history.run
        loadSeconds = Double(max(run.loadEnd - run.loadStart, 0)) / 1e9
    }

    private mutating func measureRequests(_ trace: Trace) {
        var latencies: [Endpoint.Name: [Int64]] = [:]
        var lags: [Int64] = []
        for operation in trace.history.operations where operation.phase == .load {
            lags.append(operation.sent - operation.scheduled)
            var answered = true
            switch operation.result {
            case .accepted, .refused, .unreadable: break
            case .lost: answered = false
            }
            guard let endpoint = operation.endpoint else { continue }
            requestsByEndpoint[endpoint, default: Requests()].count += 1
            if !operation.isAccepted { requestsByEndpoint[endpoint]?.failed += 1 }
            if answered { latencies[endpoint, default: []].append(operation.latency) }
        }
        lag = Distribution(lags)
        var all: [Int64] = []
        for endpoint in Endpoint.Name.allCases {
            guard let part = requestsByEndpoint[endpoint] else { continue }
            requests.count += part.count
            requests.failed += part.failed
            let values = latencies[endpoint] ?? []
            requestsByEndpoint[endpoint]?.latency = Distribution(values)
            all += values
        }
        requests.latency = Distribution(all)
    }

    private mutating func measureDeliveries(_ trace: Trace) {
        var latencies: [Kind: [Int64]] = [:]
        var afterReply: [Kind: [Int64]] = [:]
        for index in trace.deliveries.indices where trace.isFirst[index] {
            guard let cause = trace.cause(ofDelivery: index) else { continue }
            let operation = trace.history.operations[cause]
            guard operation.phase == .load else { continue }
            let delivery = trace.deliveries[index]
            let latency = delivery.at - operation.scheduled
            latencies[delivery.kind, default: []].append(latency)
            deliverySamples.append(DeliverySample(at: delivery.at, latency: latency, kind: delivery.kind))
            if operation.isAccepted {
                afterReply[delivery.kind, default: []].append(delivery.at - operation.completed)
            }
            if delivery.kind == .message, trace.isRecipient(delivery.user, ofSend: cause) {
                messagesDeliveredInLoad += 1
            }
        }
        var all: [Int64] = []
        for kind in Kind.allCases {
            guard let values = latencies[kind] else { continue }
            deliveryByKind[kind] = Distribution(values)
            deliveryAfterReplyByKind[kind] = Distribution(afterReply[kind] ?? [])
            all += values
        }
        delivery = Distribution(all)
    }

    /// In the unit of `Metric.quantity`: milliseconds, a count, or a number per second; `nil` if nothing was measured.
    package func value(of metric: Metric) -> Double? {
        func requests(_ endpoint: Endpoint.Name?) -> Requests? {
            endpoint.map { requestsByEndpoint[$0] } ?? self.requests
        }
        switch metric {
        case .httpLatency(let endpoint, let statistic): return requests(endpoint)?.latency.value(statistic)
        case .httpRequests(let endpoint): return Double(requests(endpoint)?.count ?? 0)
        case .httpFailed(let endpoint): return Double(requests(endpoint)?.failed ?? 0)
        case .httpRate(let endpoint):
            return loadSeconds > 0 ? Double(requests(endpoint)?.latency.count ?? 0) / loadSeconds : nil
        case .deliveryLatency(let kind, let statistic):
            return (kind.map { deliveryByKind[$0] } ?? delivery)?.value(statistic)
        case .deliveryCount(let count): return Double(counts[count])
        case .messagesSent: return Double(counts.messagesSent)
        case .messagesDelivered: return Double(counts.messagesDelivered)
        case .messagesRate: return loadSeconds > 0 ? Double(messagesDeliveredInLoad) / loadSeconds : nil
        case .violations(let guarantee): return violations[guarantee].map(Double.init)
        case .generatorLag(let statistic): return lag.value(statistic)
        }
    }
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
