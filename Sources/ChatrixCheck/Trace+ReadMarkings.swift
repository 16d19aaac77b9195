import ChatrixHistory
import ChatrixModel

extension Trace {
    /// A read marking as far as its events were seen.
    struct Marking: Sendable {
        var conversation: Int32
        var reader: Int32
        var readAt: Timestamp
        /// Index of the first of its deliveries, at whomever.
        var firstDelivery: Int32
        var lastArrival: Int64
        /// Its events were not published before this time, nanoseconds.
        var earliest: Int64
        /// Messages marked, as its events say.
        var count = 0
        /// Index of the operation; -1 if unknown.
        var cause: Int32 = -1
    }

    struct MarkingKey: Hashable {
        var conversation: Int32
        var reader: Int32
        var readAt: Int64
    }

    /// One reader in one conversation.
    struct Lane: Sendable {
        let conversation: Int32
        let reader: Int32
        /// Operations that may mark as read and were not refused, in the order of sending.
        var marks: [Int32] = []
    }

    /// Index of the lane, made at first sight.
    mutating func lane(_ conversation: Int32, reader: Int32) -> Int {
        let key = UInt64(UInt32(bitPattern: conversation)) << 32 | UInt64(UInt32(bitPattern: reader))
        if let lane = laneByKey[key] { return Int(lane) }
        laneByKey[key] = Int32(lanes.count)
        lanes.append(Lane(conversation: conversation, reader: reader))
        return lanes.count - 1
    }

    func lane(of reader: Int32, in conversation: Int32) -> Int? {
        laneByKey[UInt64(UInt32(bitPattern: conversation)) << 32 | UInt64(UInt32(bitPattern: reader))].map(Int.init)
    }

    func marking(ofDelivery index: Int) -> Int? {
        guard let stamp = deliveries[index].stamp else { return nil }
        return markingByKey[
            MarkingKey(
                conversation: conversationOfDelivery[index], reader: actorOfDelivery[index],
                readAt: stamp.milliseconds)
        ].map(Int.init)
    }

    /// Adds a first arrival at a participant to its marking.
    mutating func noteMarking(_ index: Int) {
        let delivery = deliveries[index]
        switch delivery.kind {
        case .readReceipt, .messagesStatus, .messagesRead: break
        default: return
        }
        let conversation = conversationOfDelivery[index]
        let reader = actorOfDelivery[index]
        guard let stamp = delivery.stamp,
            let other = conversations[Int(conversation)].partner(of: reader),
            delivery.user == Int(reader) || delivery.user == Int(other)
        else { return }
        let key = MarkingKey(conversation: conversation, reader: reader, readAt: stamp.milliseconds)
        let number: Int
        if let known = markingByKey[key] {
            number = Int(known)
        } else {
            number = markings.count
            markingByKey[key] = Int32(number)
            markings.append(
                Marking(
                    conversation: conversation, reader: reader, readAt: stamp, firstDelivery: Int32(index),
                    lastArrival: delivery.at, earliest: max(delivery.at - settings.sessionGrace, 0)))
        }
        markings[number].lastArrival = delivery.at
        if delivery.kind != .messagesRead { markings[number].count = max(markings[number].count, delivery.count) }
    }

    mutating func attributeMarkings() {
        for index in markings.indices {
            let marking = markings[index]
            guard let lane = lane(of: marking.reader, in: marking.conversation) else { continue }
            let arrival = deliveries[Int(marking.firstDelivery)].at
            let marks = lanes[lane].marks
            var low = 0
            var high = marks.count
            while low < high {
                let middle = (low + high) / 2
                if history.operations[Int(marks[middle])].sent <= arrival { low = middle + 1 } else { high = middle }
            }
            guard low > 0 else { continue }
            markings[index].cause = marks[low - 1]
            // An earlier marking may be the true cause, if it was not over long before the first arrival.
            var earliest = history.operations[Int(marks[low - 1])].sent
            for mark in marks[..<(low - 1)].reversed() {
                let operation = history.operations[Int(mark)]
                guard operation.completed > arrival - settings.sessionGrace else { break }
                earliest = operation.sent
            }
            markings[index].earliest = max(markings[index].earliest, earliest)
        }
    }
}
