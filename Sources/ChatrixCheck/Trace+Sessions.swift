import ChatrixHistory

/// Sessions: each device has one on each channel, a subscriber of its own.
extension Trace {
    struct Subscriber: Sendable {
        let user: Int
        let device: Int
        let channel: History.Channel
        /// The user's next one.
        var next: Int32
        /// Of the last time, in the order of time; before them the session was up or not since some time.
        var changes: [History.SessionChange] = []
        var wasUp = false
        var wasUpSince = Int64.min
        /// When it came up for the first time.
        var firstUp = Int64.max
        /// It chose its events, so that nobody knows which it has to get.
        var isSelective = false
        /// Events that could not be read, those that were taken for missing ones, and when the last one came.
        var unreadable = 0
        var unreadableUsed = 0
        var lastUnreadable = Int64.min

        /// The session was up all the time from `from` to `to`, as far as changes before `closing` tell.
        func wasUp(from: Int64, to: Int64, closing: Int64) -> Bool {
            var isUp = wasUp && wasUpSince <= from
            for change in changes where change.at < closing {
                if change.at > to { break }
                // A session that comes up twice was lost in between, noticed or not.
                if change.at > from { return false }
                isUp = change.isUp
            }
            return isUp
        }

        /// The session came up after `after`, at `until` or before.
        func cameUp(after: Int64, until: Int64) -> Bool {
            if wasUp, wasUpSince > after, wasUpSince <= until { return true }
            return changes.contains { $0.isUp && $0.at > after && $0.at <= until }
        }
    }

    /// The place of a subscriber, made at first sight.
    mutating func subscriber(_ user: Int, _ device: Int, _ channel: History.Channel) -> Int32 {
        while firstSubscriber.count <= user { firstSubscriber.append(-1) }
        var place = firstSubscriber[user]
        var last: Int32 = -1
        while place >= 0 {
            if subscribers[Int(place)].device == device, subscribers[Int(place)].channel == channel { return place }
            last = place
            place = subscribers[Int(place)].next
        }
        let made = Int32(subscribers.count)
        subscribers.append(Subscriber(user: user, device: device, channel: channel, next: -1))
        if last >= 0 { subscribers[Int(last)].next = made } else { firstSubscriber[user] = made }
        return made
    }

    mutating func note(_ change: History.SessionChange) {
        advance(to: change.at)
        if !change.isUp { measurements.timeline.noteDisconnect(at: change.at) }
        let place = Int(subscriber(change.user, change.device, change.channel))
        if change.isUp { subscribers[place].firstUp = min(subscribers[place].firstUp, change.at) }
        if change.isUp { subscribers[place].isSelective = false }
        let oldest = now - 3 * settings.horizon
        if let first = subscribers[place].changes.first, first.at < oldest {
            let count = subscribers[place].changes.prefix { $0.at < oldest }.count
            subscribers[place].wasUp = subscribers[place].changes[count - 1].isUp
            subscribers[place].wasUpSince = subscribers[place].changes[count - 1].at
            subscribers[place].changes.removeFirst(count)
        }
        subscribers[place].changes.append(change)
    }

    /// Session changes from here on are the closing of the run.
    private var closing: Int64 { isOver && run.end > 0 ? run.end : .max }

    @inline(__always)
    func wasUp(_ subscriber: Int32, from: Int64, to: Int64) -> Bool {
        subscribers[Int(subscriber)].wasUp(from: from, to: to, closing: closing)
    }

    /// A session of the user on MQTT was up all the time.
    @inline(__always)
    func hadSession(_ user: Int, from: Int64, to: Int64) -> Bool {
        var place = user < firstSubscriber.count ? firstSubscriber[user] : -1
        while place >= 0 {
            if subscribers[Int(place)].channel == .mqtt, wasUp(place, from: from, to: to) { return true }
            place = subscribers[Int(place)].next
        }
        return false
    }

    /// The session changes of a subscriber in a span of time; of many the first and last two.
    func sessionEntries(of subscriber: Int32, from: Int64, to: Int64) -> [Violation.Entry] {
        let changes = subscribers[Int(subscriber)].changes.filter { $0.at >= from && $0.at <= to }
        return (changes.count > 4 ? Array(changes.prefix(2) + changes.suffix(2)) : changes).map { .session($0) }
    }

    /// `user 7`; the device and the channel where they are not the usual ones.
    func name(ofSubscriber place: Int32) -> String {
        let subscriber = subscribers[Int(place)]
        return "user \(subscriber.user)" + (subscriber.device > 0 ? " on device \(subscriber.device)" : "")
            + (subscriber.channel == .webSocket ? " over WebSocket" : "")
    }

    // MARK: - Arrivals

    /// Adds an arrival at the end of a list, which has to be stored again, and gives its place.
    mutating func add(_ arrival: Arrival, to list: inout ArrivalList) -> Int32 {
        let place = arrivals.add(arrival)
        if list.last >= 0 { arrivals[list.last].next = place } else { list.first = place }
        list.last = place
        return place
    }

    /// The first arrival of a kind at a subscriber; -1 if it never came.
    @inline(__always)
    func arrival(in list: ArrivalList, at subscriber: Int32, _ kind: History.Delivery.Kind) -> Int32 {
        // Of the pool alone: a call with the whole trace would copy it.
        arrivals.first(in: list, at: subscriber, kind)
    }

    mutating func remove(_ list: ArrivalList) {
        var place = list.first
        while place >= 0 {
            let next = arrivals[place].next
            arrivals.remove(place)
            place = next
        }
    }

    /// What a subscriber has seen of a conversation; made at first sight.
    mutating func inbox(_ conversation: Int32, _ subscriber: Int32) -> Int {
        var place = conversations[Int(conversation)].firstInbox
        while place >= 0 {
            if inboxes[Int(place)].subscriber == subscriber { return Int(place) }
            place = inboxes[Int(place)].next
        }
        inboxes.append(Inbox(subscriber: subscriber, next: conversations[Int(conversation)].firstInbox))
        conversations[Int(conversation)].firstInbox = Int32(inboxes.count - 1)
        lasts.append(contentsOf: repeatElement(Inbox.Last(), count: Inbox.kindCount))
        return inboxes.count - 1
    }
}

extension Pool<Trace.Arrival> {
    func first(in list: Trace.ArrivalList, at subscriber: Int32, _ kind: History.Delivery.Kind) -> Int32 {
        var place = list.first
        while place >= 0 {
            if self[place].subscriber == subscriber, self[place].kind == kind { return place }
            place = self[place].next
        }
        return -1
    }
}
