import ChatrixHistory
import ChatrixModel

/// Calls travel over WebSocket connections alone, and their operations do not name the call: they are matched by receiver
/// and kind, the earliest first.
extension Trace {
    struct Calls: Sendable {
        struct Request: Sendable {
            var record: Int
            var kind: History.Delivery.Kind
            var sender: Int
            var sent: Int64
            var completed: Int64
            var isAccepted: Bool
            /// The device that sent it over its WebSocket connection.
            var socketDevice: Int?
        }

        struct Arrival: Sendable {
            var record: Int
            var kind: History.Delivery.Kind
            var subscriber: Int32
            var call: CallID?
            var at: Int64
            var isClaimed = false
        }

        /// By the user they are for.
        var requests: [Int: [Request]] = [:]
        var arrivals: [Int: [Arrival]] = [:]
        /// Requests of whom nobody knows for whom they are.
        var withoutReceiver = 0
    }

    mutating func noteCall(_ operation: History.Operation) {
        if operation.isRefused { return }
        let kind: History.Delivery.Kind
        var isSocket = true
        switch operation.request {
        case .http(.createCall): (kind, isSocket) = (.call, false)
        case .http(.answerCall): (kind, isSocket) = (.callAccept, false)
        case .http(.endCall): (kind, isSocket) = (.callEnd, false)
        case .socket(.call): kind = .call
        case .socket(.callAccept): kind = .callAccept
        case .socket(.callReject): kind = .callReject
        case .socket(.callEnd): kind = .callEnd
        default: return
        }
        guard let partner = operation.partner else {
            calls.withoutReceiver += 1
            return
        }
        let record = operations.append(operation)
        let oldest = now - 2 * settings.horizon
        calls.requests[partner, default: []].removeAll { $0.completed < oldest }
        calls.requests[partner, default: []].append(
            Calls.Request(
                record: record, kind: kind, sender: operation.user, sent: operation.sent,
                completed: operation.completed, isAccepted: operation.isAccepted,
                socketDevice: isSocket ? operation.device : nil))
        put(on: .call, record)
    }

    mutating func noteCallEvent(_ delivery: History.Delivery, _ record: Int, _ subscriber: Int32) {
        let oldest = now - 2 * settings.horizon
        calls.arrivals[delivery.user, default: []].removeAll { $0.at < oldest }
        let earlier = calls.arrivals[delivery.user]?.last {
            $0.subscriber == subscriber && $0.kind == delivery.kind && $0.call == delivery.call && $0.call != nil
        }
        if let earlier, let first = deliveries[earlier.record] {
            measurements.counts.duplicated += 1
            return report(.unique) { trace in
                (
                    "an event \(delivery.kind.rawValue) of call \(delivery.call?.description ?? "") arrived twice at "
                        + "\(trace.name(ofSubscriber: subscriber)): at \(Wording.seconds(first.at)) and at "
                        + Wording.seconds(delivery.at), [.delivery(first), .delivery(delivery)]
                )
            }
        }
        calls.arrivals[delivery.user, default: []].append(
            Calls.Arrival(
                record: record, kind: delivery.kind, subscriber: subscriber, call: delivery.call, at: delivery.at))
        put(on: .single, record)
    }

    /// The event may be for this user: somebody's request, or the confirmation of his own.
    func isCallExplained(_ delivery: History.Delivery) -> Bool {
        if calls.withoutReceiver > 0 { return true }
        if calls.requests[delivery.user]?.contains(where: { $0.kind == delivery.kind && $0.sent <= delivery.at })
            == true
        {
            return true
        }
        return calls.requests.values.contains {
            $0.contains {
                $0.sender == delivery.user && $0.socketDevice == delivery.device && $0.kind == delivery.kind
                    && $0.sent <= delivery.at
            }
        }
    }
}

extension Complete {
    /// Every connection of the other party that was up gets the event of an accepted request.
    static func judgeCall(_ record: Int, _ trace: inout Trace) {
        guard let operation = trace.operations[record], let partner = operation.partner,
            let request = trace.calls.requests[partner]?.first(where: { $0.record == record }), request.isAccepted
        else { return }
        Private.judgeBlock(of: operation, to: partner, &trace)
        var subscriber = partner < trace.firstSubscriber.count ? trace.firstSubscriber[partner] : -1
        while subscriber >= 0 {
            let current = subscriber
            subscriber = trace.subscribers[Int(current)].next
            guard trace.subscribers[Int(current)].channel == .webSocket,
                trace.subscribers[Int(current)].firstUp <= operation.completed + trace.settings.sessionGrace
            else { continue }
            let index = trace.calls.arrivals[partner]?.firstIndex {
                $0.subscriber == current && $0.kind == request.kind && !$0.isClaimed && $0.at >= request.sent
            }
            if let index {
                trace.calls.arrivals[partner]?[index].isClaimed = true
                present(&trace)
                if let at = trace.calls.arrivals[partner]?[index].at {
                    trace.measurements.note(request.kind, at: at, operation.cause)
                }
            } else if absent(current, -1, from: operation.sent, to: operation.completed, &trace) == .lost {
                trace.report(name) { trace in
                    (
                        "the \(request.kind.rawValue) event of \(operation.request.name) by user \(operation.user), accepted "
                            + "at \(Wording.seconds(operation.completed)), never reached "
                            + trace.name(ofSubscriber: current), [.operation(operation)]
                    )
                }
            }
        }
    }
}
