import ChatrixHistory
import ChatrixModel

/// Every event that the accepted operations entail reached every subscriber entitled to it (D-54, D-55).
///
/// An operation whose reply was lost entails nothing, but once one of its events was seen it took effect, and the others
/// have to be there as well. An event that did not arrive is excused if the subscriber's session was down at some time
/// between the request and `Judge.Settings.sessionGrace` after the reply, for a clean session keeps nothing.
package enum Complete: Guarantee {
    package static let name = Metric.Guarantee.complete
    package static let promise = "Every event that accepted operations entail reached every subscriber entitled to it."

    package static func judge(_ trace: Trace, _ measurements: Measurements, _ thresholds: [Threshold]) -> Finding {
        var tally = Tally(findings: Findings(Complete.self, trace))
        judgeSends(trace, &tally)
        judgeUnexplained(trace, &tally)
        judgeMarkings(trace, &tally)
        return tally.finding(trace)
    }

    /// Findings and the reasons why events were not judged.
    struct Tally {
        var findings: Findings
        var neverSubscribed = 0
        var sessionDown = 0
        var unobservedLanes = 0
        var withoutRecipient = 0
        var withoutIdentity = 0

        /// The fate of an expected event that did not arrive.
        enum Absence { case lost, excused, awaited }

        /// Counts an event that did not arrive at `user` although it was caused or seen between `from` and `to`.
        mutating func absent(_ trace: Trace, at user: Int, from: Int64, to: Int64) -> Absence {
            findings.counts.expected += 1
            guard trace.sessions.everUp(user) else {
                findings.counts.excused += 1
                neverSubscribed += 1
                return .excused
            }
            guard trace.sessions.wasUp(user, from: from, to: to + trace.settings.sessionGrace) else {
                findings.counts.excused += 1
                sessionDown += 1
                return .excused
            }
            if trace.isPending(since: to) {
                findings.counts.awaited += 1
                return .awaited
            }
            findings.counts.lost += 1
            return .lost
        }

        mutating func present() {
            findings.counts.expected += 1
            findings.counts.delivered += 1
        }

        mutating func finding(_ trace: Trace) -> Finding {
            if sessionDown > 0 {
                findings.remark(
                    "\(Wording.count(sessionDown, "event")) did not arrive while the subscriber's session was down; "
                        + "a clean session keeps nothing, so they are excused")
            }
            if neverSubscribed > 0 {
                findings.remark(
                    "\(Wording.count(neverSubscribed, "event")) went to users who never subscribed; they are excused")
            }
            if unobservedLanes > 0 {
                findings.remark(
                    "the read markings of \(Wording.count(unobservedLanes, "reader")) could not be counted, because "
                        + "neither participant was connected all the time")
            }
            let awaited = findings.counts.awaited
            if awaited > 0 {
                findings.unknown("\(Wording.count(awaited, "event")) had not arrived yet when the run ended")
            }
            if withoutRecipient > 0 {
                findings.unknown(
                    "\(Wording.count(withoutRecipient, "accepted send")) went into conversations whose participants "
                        + "the history does not tell")
            }
            if withoutIdentity > 0 {
                findings.unknown(
                    "\(Wording.count(withoutIdentity, "accepted send")) came without the id or the time of the message")
            }
            let unreadable = trace.deliveries.lazy.filter { $0.kind == .unreadable }.count
            if unreadable > 0 { findings.unknown("\(Wording.count(unreadable, "event")) could not be read") }
            return findings.finding
        }
    }

    private static func judgeSends(_ trace: Trace, _ tally: inout Tally) {
        for (index, operation) in trace.history.operations.enumerated()
        where operation.endpoint == .send && operation.isAccepted {
            tally.findings.counts.messagesSent += 1
            guard let message = operation.message, let createdAt = operation.createdAt else {
                tally.withoutIdentity += 1
                continue
            }
            guard let recipient = trace.recipient(ofSend: index) else {
                tally.withoutRecipient += 1
                continue
            }
            let conversation = trace.conversationOfOperation[index]
            if trace.arrival(ofMessage: message, at: recipient) != nil {
                tally.present()
                tally.findings.counts.messagesDelivered += 1
            } else if tally.absent(trace, at: recipient, from: operation.sent, to: operation.completed) == .lost {
                tally.findings.violation(
                    "message \(message) from user \(operation.user), accepted at \(Wording.seconds(operation.completed)), "
                        + "never reached user \(recipient)",
                    [.operation(operation)]
                        + trace.arrivals([
                            trace.arrival(ofUpdate: conversation, createdAt, at: recipient)
                        ]))
            }
            if trace.arrival(ofUpdate: conversation, createdAt, at: recipient) != nil {
                tally.present()
            } else if tally.absent(trace, at: recipient, from: operation.sent, to: operation.completed) == .lost {
                tally.findings.violation(
                    "the conversation-updated event of message \(message) from user \(operation.user), accepted at "
                        + "\(Wording.seconds(operation.completed)), never reached user \(recipient)",
                    [.operation(operation)] + trace.arrivals([trace.arrival(ofMessage: message, at: recipient)]))
            }
        }
    }

    /// Messages and updates that no accepted send explains: the one entails the other.
    private static func judgeUnexplained(_ trace: Trace, _ tally: inout Tally) {
        struct Place: Hashable {
            var conversation: Int32
            var user: Int
            var stamp: Timestamp
        }
        var messages: [Place: Int] = [:]
        for (index, delivery) in trace.deliveries.enumerated() where delivery.kind == .message && trace.isFirst[index] {
            guard let message = delivery.message, trace.send(of: message) == nil, let stamp = delivery.stamp,
                trace.isParticipant(delivery.user, ofDelivery: index)
            else { continue }
            let conversation = trace.conversationOfDelivery[index]
            messages[Place(conversation: conversation, user: delivery.user, stamp: stamp)] = index
            tally.present()
            tally.findings.counts.messagesDelivered += 1
            if trace.arrival(ofUpdate: conversation, stamp, at: delivery.user) != nil {
                tally.present()
            } else if tally.absent(trace, at: delivery.user, around: delivery.at) == .lost {
                tally.findings.violation(
                    "message \(message) reached user \(delivery.user) at \(Wording.seconds(delivery.at)), but its "
                        + "conversation-updated event never did", [.delivery(delivery)])
            }
        }
        for (index, delivery) in trace.deliveries.enumerated()
        where delivery.kind == .conversationUpdated && trace.isFirst[index] {
            let conversation = trace.conversationOfDelivery[index]
            guard let stamp = delivery.stamp, conversation >= 0, trace.send(into: conversation, at: stamp) == nil,
                trace.isParticipant(delivery.user, ofDelivery: index),
                messages[Place(conversation: conversation, user: delivery.user, stamp: stamp)] == nil
            else { continue }
            tally.present()
            if tally.absent(trace, at: delivery.user, around: delivery.at) == .lost {
                tally.findings.violation(
                    "user \(delivery.user) learned at \(Wording.seconds(delivery.at)) of a message of \(stamp) in "
                        + "conversation \(trace.conversations[Int(conversation)].id), but the message itself never "
                        + "reached him", [.delivery(delivery)])
            }
        }
    }
}

extension Complete.Tally {
    /// As `absent(_:at:from:to:)`, for events whose cause is only known by another event that arrived at `arrival`.
    mutating func absent(_ trace: Trace, at user: Int, around arrival: Int64) -> Absence {
        absent(trace, at: user, from: max(arrival - trace.settings.sessionGrace, 0), to: arrival)
    }
}

extension Trace {
    /// The run ended too early to expect an event whose cause was complete at `time`.
    func isPending(since time: Int64) -> Bool {
        history.run.end > 0 && time + settings.deliveryWait > history.run.end
    }

    /// The subscriber is known to take part in the conversation of the delivery.
    func isParticipant(_ user: Int, ofDelivery index: Int) -> Bool {
        let conversation = conversationOfDelivery[index]
        return conversation >= 0 && conversations[Int(conversation)].partner(of: Int32(user)) != nil
    }

    func arrivals(_ indices: [Int?]) -> [Violation.Entry] {
        indices.compactMap { $0.map { .delivery(deliveries[$0]) } }
    }
}
