import ChatrixHistory
import ChatrixModel

/// In a conversation, a subscriber sees first arrivals in the order of creation, and the events of one step in the
/// documented order (D-54, D-55). Of sends that overlapped, the creation time decides.
package enum Ordered: Guarantee {
    package static let name = Metric.Guarantee.order
    package static let promise =
        "Per conversation and subscriber, events arrived in the order of creation, those of one step as documented."

    /// Judges a first arrival.
    static func judge(_ event: Trace.Event, _ list: Trace.ArrivalList, _ trace: inout Trace) {
        if event.arrival.overtaker >= 0 { reportOvertaking(event, &trace) }
        let follower: Int32
        switch event.arrival.kind {
        case .message:
            guard event.moment >= 0, trace.moments[event.moment].messageCount == 1 else { return }
            follower = trace.arrival(
                in: trace.moments[event.moment].updates, at: event.arrival.subscriber, .conversationUpdated)
        case .readReceipt, .messagesStatus:
            follower = trace.arrival(in: list, at: event.arrival.subscriber, .messagesRead)
        default: return
        }
        // The event has to come before this one of its step, which therefore must not have arrived already.
        guard follower >= 0, trace.arrivals[follower].record < event.arrival.record else { return }
        let before = trace.arrivals[follower].record
        trace.report(name) { trace in
            guard let early = trace.deliveries[before], let late = trace.deliveries[event.arrival.record] else {
                return ("events of one step arrived in the wrong order", [])
            }
            let subject =
                late.message.map { "message \($0)" }
                ?? "the \(late.kind.rawValue) event of \(late.stamp?.description ?? "unknown time")"
            return (
                "\(subject) reached \(trace.name(ofSubscriber: event.arrival.subscriber)) at "
                    + "\(Wording.seconds(late.at)), after the \(early.kind.rawValue) event of the same step had arrived at "
                    + Wording.seconds(early.at),
                [.delivery(early), .delivery(late)] + trace.causeEntries(event)
            )
        }
    }

    private static func reportOvertaking(_ event: Trace.Event, _ trace: inout Trace) {
        trace.report(name) { trace in
            guard let early = trace.deliveries[event.arrival.overtaker],
                let late = trace.deliveries[event.arrival.record]
            else { return ("events arrived in the wrong order", trace.deliveryEntry(event.arrival.record)) }
            func subject(_ delivery: History.Delivery) -> String {
                let subject = delivery.message.map { "message \($0)" } ?? "the \(delivery.kind.rawValue) event"
                return "\(subject) of \(delivery.stamp?.description ?? "unknown time")"
            }
            return (
                "\(subject(late)) in conversation \(trace.conversations[Int(event.conversation)].id) reached "
                    + "\(trace.name(ofSubscriber: event.arrival.subscriber)) at \(Wording.seconds(late.at)), after "
                    + "\(subject(early)) had arrived at \(Wording.seconds(early.at))",
                [.delivery(early), .delivery(late)] + trace.causeEntries(ofDelivery: event.arrival.overtaker)
                    + trace.causeEntries(event)
            )
        }
    }
}
