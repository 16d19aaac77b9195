import ChatrixHistory
import ChatrixModel

/// Nothing arrives twice at one subscriber.
///
/// An exact repetition after the subscriber's session was established again is QoS 1 at work: counted, no violation.
package enum Unique: Guarantee {
    package static let name = Metric.Guarantee.unique
    package static let promise = "Every event arrived once: nothing doubled."

    package static func conclude(_ trace: inout Trace) {
        let redelivered = trace.measurements.counts.redelivered
        if redelivered > 0 {
            trace.findings[name.position].remark(
                "\(Wording.count(redelivered, "event")) came again exactly after the session was established again (QoS 1)"
            )
        }
    }

    /// Judges an arrival that is not the first of its event.
    static func judge(
        _ event: Trace.Event, _ list: Trace.ArrivalList, _ allowance: inout Int32, _ trace: inout Trace
    ) {
        let arrival = event.arrival
        var previous: Int32 = -1
        var place = list.first
        while place != event.place {
            if trace.arrivals[place].subscriber == arrival.subscriber, trace.arrivals[place].kind == arrival.kind {
                previous = place
            }
            place = trace.arrivals[place].next
        }
        guard previous >= 0, let delivery = trace.deliveries[arrival.record],
            let earlier = trace.deliveries[trace.arrivals[previous].record]
        else { return }
        if allowance > 0 {
            allowance -= 1
            return
        }
        let isExact = delivery.payloadDigest == earlier.payloadDigest && delivery.topicUser == earlier.topicUser
        let subscriber = arrival.subscriber
        if isExact, trace.subscribers[Int(subscriber)].cameUp(after: earlier.at, until: delivery.at) {
            trace.measurements.counts.redelivered += 1
            return
        }
        if isExact { trace.measurements.counts.duplicated += 1 }
        trace.report(name) { trace in
            let what = isExact ? "arrived twice" : "arrived twice with different contents"
            return (
                "\(trace.subject(delivery)) \(what) at \(trace.name(ofSubscriber: subscriber)): at "
                    + "\(Wording.seconds(earlier.at)) and at \(Wording.seconds(delivery.at))",
                [.delivery(earlier), .delivery(delivery)] + trace.causeEntries(event)
            )
        }
    }
}
