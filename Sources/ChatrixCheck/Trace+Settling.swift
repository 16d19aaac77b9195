import ChatrixHistory
import ChatrixModel

/// The end of what was opened: every guarantee has its say, then it is forgotten.
extension Trace {
    mutating func settleMoment(_ place: Int32) {
        var message = moments[place].firstMessage
        while message >= 0 {
            Causal.judge(message, &self)
            Complete.judge(message, &self)
            Conforming.judge(message, &self)
            judgeArrivals(messages[message].arrivals, messages[message].conversation, moment: place, message: message)
            if !blocks.isEmpty { Private.judgeBlocks(message, &self) }
            message = messages[message].next
        }
        Complete.judgeUpdates(place, &self)
        Conforming.judgeUpdates(place, &self)
        Causal.judgeUpdates(place, &self)
        judgeArrivals(moments[place].updates, moments[place].conversation, moment: place, message: -1)
        closeMoment(place)
    }

    private mutating func closeMoment(_ place: Int32) {
        let moment = moments[place]
        var message = moment.firstMessage
        while message >= 0 {
            let next = messages[message].next
            messageNumbers.remove(messages[message].id.prefix, messages[message].id.number)
            remove(messages[message].arrivals)
            messages.remove(message)
            message = next
        }
        remove(moment.updates)
        momentNumbers.remove(UInt64(UInt32(bitPattern: moment.conversation)), UInt64(bitPattern: moment.stamp))
        let conversation = Int(moment.conversation)
        if moment.newer >= 0 { moments[moment.newer].older = moment.older }
        if moment.older >= 0 { moments[moment.older].newer = moment.newer }
        if conversations[conversation].newestMoment == place { conversations[conversation].newestMoment = moment.older }
        conversations[conversation].settledStamp = max(conversations[conversation].settledStamp, moment.stamp)
        moments.remove(place)
    }

    mutating func settleMarking(_ place: Int32) {
        if markings[place].operation >= 0 { measureArrivals(ofMarking: place) }
        Complete.judgeMarking(place, &self)
        Conforming.judgeMarking(place, &self)
        Causal.judgeMarking(place, &self)
        judgeArrivals(markings[place].arrivals, markings[place].conversation, marking: place)
        let marking = markings[place]
        remove(marking.arrivals)
        markingNumbers.remove(
            UInt64(UInt32(bitPattern: marking.conversation)) << 32 | UInt64(UInt32(bitPattern: marking.reader)),
            UInt64(bitPattern: marking.readAt))
        if marking.newer >= 0 { markings[marking.newer].older = marking.older }
        if marking.older >= 0 { markings[marking.older].newer = marking.newer }
        if marking.lane >= 0 {
            let lane = Int(marking.lane)
            if lanes[lane].newestMarking == place { lanes[lane].newestMarking = marking.older }
            lanes[lane].settledReadAt = max(lanes[lane].settledReadAt, marking.readAt)
        }
        markings.remove(place)
    }

    private mutating func measureArrivals(ofMarking marking: Int32) {
        var place = markings[marking].arrivals.first
        while place >= 0 {
            measure(place, markings[marking].cause, markings[marking].operation)
            place = arrivals[place].next
        }
    }

    mutating func settleMark(_ place: Int32) {
        Complete.judgeMark(place, &self)
    }

    /// What is judged of each arrival by itself.
    private mutating func judgeArrivals(
        _ list: ArrivalList, _ conversation: Int32, moment: Int32 = -1, message: Int32 = -1, marking: Int32 = -1
    ) {
        /// Further updates that sends of the same moment explain.
        var allowance = moment >= 0 && message < 0 ? max(moments[moment].messageCount, 1) - 1 : 0
        var place = list.first
        while place >= 0 {
            let arrival = arrivals[place]
            let event = Event(
                place: place, arrival: arrival, conversation: conversation, moment: moment, message: message,
                marking: marking)
            if Private.judge(event, &self) {
                if arrival.isFirst {
                    Ordered.judge(event, list, &self)
                } else {
                    Unique.judge(event, list, &allowance, &self)
                }
            }
            place = arrival.next
        }
    }

    /// An arrival with what it belongs to; -1 where it does not.
    struct Event {
        var place: Int32
        var arrival: Arrival
        var conversation: Int32
        var moment: Int32
        var message: Int32
        var marking: Int32
    }

    /// The operation behind an event, if it is known.
    func causeEntries(_ event: Event) -> [Violation.Entry] {
        var record = -1
        if event.message >= 0 {
            record = messages[event.message].operation
        } else if event.marking >= 0 {
            record = markings[event.marking].operation
        } else if moments[event.moment].firstMessage >= 0 {
            record = messages[moments[event.moment].firstMessage].operation
        }
        return operationEntry(record)
    }

    /// The operation behind a delivery of something that is still open.
    func causeEntries(ofDelivery record: Int) -> [Violation.Entry] {
        guard let delivery = deliveries[record], let stamp = delivery.stamp, delivery.conversation != nil else {
            return []
        }
        if let id = delivery.message {
            let message = messageNumbers[id.prefix, id.number]
            return message >= 0 ? operationEntry(messages[message].operation) : []
        }
        guard let conversation = delivery.conversation.map({ knownNumber(of: $0) }), conversation >= 0 else {
            return []
        }
        let moment = momentNumbers[UInt64(conversation), UInt64(bitPattern: stamp.milliseconds)]
        guard delivery.kind == .conversationUpdated, moment >= 0, moments[moment].firstMessage >= 0 else { return [] }
        return operationEntry(messages[moments[moment].firstMessage].operation)
    }

    /// `message ID` or `an event KIND`.
    func subject(_ delivery: History.Delivery) -> String {
        delivery.message.map { "message \($0)" } ?? "an event \(delivery.kind.rawValue)"
    }
}
