import ChatrixModel
import Testing

@testable import ChatrixReference

/// Random calls, notifications, contacts, reports and admin requests, and what only control commands bring about.
extension RandomCommandTests.Traffic {
    mutating func socialCommand() -> Command {
        switch pick(11) {
        case 0...1:
            return .calls(
                .create(
                    CallDraft(
                        recipient: user(), kind: pick(2) == 0 ? .audio : .video,
                        offer: ["type": "offer", "sdp": "v=0"])))
        case 2: return .calls(.answer(call(), answer: ["type": "answer", "sdp": "v=0"]))
        case 3: return .calls(.end(call()))
        case 4: return .calls(.reject(call()))
        case 5:
            var query = NotificationQuery(limit: 1 + pick(4), order: pick(3) == 0 ? .oldestFirst : .newestFirst)
            if pick(2) == 0, !notifications.isEmpty { query.before = notifications[pick(notifications.count)] }
            if pick(4) == 0 { query.user = user() }
            return .notifications(.list(query))
        case 6: return .contacts(.list(ContactsQuery(limit: 1 + pick(5), text: pick(2) == 0 ? "U" : nil)))
        case 7: return .reports(.report(ReportDraft(reportedUser: user(), reason: "spam")))
        case 8: return pick(3) == 0 ? .admin(.cleanup) : .admin(.inspect)
        case 9: return pick(4) == 0 ? .admin(.delete(conversation())) : .admin(.inspect)
        default: return .follows(.follow(user()))
        }
    }

    /// One of the last calls: those before have mostly ended.
    private mutating func call() -> CallID {
        calls.isEmpty || pick(20) == 0
            ? CallID(prefix: 9, number: 9) : calls[calls.count - 1 - pick(min(4, calls.count))].id
    }

    /// Mostly the recipient of the call that the command names; `nil` for other commands.
    mutating func participant(of command: Command) -> UserID? {
        switch command {
        case .calls(.answer(let id, _)), .calls(.reject(let id)), .calls(.end(let id)):
            guard pick(4) > 0, let call = calls.last(where: { $0.id == id }) else { return nil }
            return pick(8) == 0 ? call.caller : call.recipient
        default: return nil
        }
    }

    /// Remembers what later commands name, and what has succeeded.
    mutating func noteSocial(_ outcome: Outcome) {
        switch outcome.reply {
        case .calls(.created(let call)): calls.append(call)
        case .calls(.answered): reached.insert("answered")
        case .calls(.ended(let call)): reached.insert(call.answeredAt == nil ? "ended" : "ended after an answer")
        case .contacts(.contacts(let contacts)) where contacts.count > 1: reached.insert("contacts")
        case .reports: reached.insert("reported")
        case .notifications(.notifications(let page)) where page.hasMore: reached.insert("notifications")
        case .admin(.inspection(let found)) where !found.unsorted.isEmpty: reached.insert("inspected")
        case .admin(.cleaned(_, let fixedCount)) where fixedCount > 0: reached.insert("cleaned")
        case .admin(.deleted): reached.insert("deleted")
        default: break
        }
        for event in outcome.domainEvents {
            if case .notificationCreated(let item, _) = event.kind { notifications.append(item.id) }
        }
    }

    /// Does one of the things that only control commands do, and returns what an observer sees of it.
    mutating func socialControl() -> String {
        guard users.count > 1 else { return "" }
        let index = pick(users.count)
        let other = users[(index + 1 + pick(users.count - 1)) % users.count]
        guard let user = backend.userIndex(users[index]), let otherUser = backend.userIndex(other) else { return "" }
        var outcome = Outcome(.carriedOut)
        switch pick(12) {
        case 0:
            let phones = (0..<pick(8)).map { _ in "+4917000000\(10 + pick(14))" }
            backend.contacts.setAddressBook(of: user, phones: phones)
        case 1...2:
            outcome = backend.updateUser(user, isPrivate: pick(2) == 0, website: nil, isVerified: nil, at: time)
        case 3...4: outcome = backend.acceptFollow(user, otherUser, at: time)
        case 5: outcome = backend.declineFollow(user, otherUser)
        case 6:
            let ids = notifications.isEmpty ? nil : [notifications[pick(notifications.count)]]
            do throws(Refusal) {
                try backend.readNotifications(of: user, pick(4) == 0 ? nil : ids)
            } catch {
                outcome = .refused(error)
            }
        case 7...10:
            let pair: [JSON] = [.string(users[index].description), .string(other.description)]
            let stored: [JSON] = [
                .array(pair), .array(pair.reversed()), .array([pair[0], pair[0]]), .array([pair[0]]),
                .array([pair[0], "nobody"]), .array(["b", "a"]), nil, "text", .array([pair[0], 5]),
            ]
            let id = backend.injectConversation(stored[pick(pick(5) == 0 ? stored.count : 2)], at: time)
            conversations.append(id)
            participants[id] = [users[index], other]
        default: break
        }
        expectSound(after: "a social control command")
        return "\(outcome)"
    }
}
