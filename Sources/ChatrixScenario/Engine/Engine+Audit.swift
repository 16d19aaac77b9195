import ChatrixHistory
import ChatrixModel

/// The audit: when all has settled, every user lists his conversations, and then, because that marks as read, the newest
/// messages of some conversations are read. A bounded number at a time; nothing begins any more after a time.
extension Engine {
    struct Audit: Sendable {
        /// Reads without an answer after which the deployment is taken to be gone.
        static let lossesMax = 20

        /// Messages are read; before that, lists.
        var isReading = false
        /// The next user, and in the second part the place among his pairs.
        var user = 0
        var place = 0
        /// Conversations of that user that were read.
        var readCount = 0
        var active = 0
        var losses = 0
    }

    mutating func beginAudit() {
        guard plan.options.audits, !history.run.isInterrupted, history.run.abortedBy == nil,
            counters.loadAccepted > 0
        else { return finish() }
        stage = .auditing
        timers.removeAll()
        timers.add(.auditEnd, at: now + plan.options.auditTimeout)
        fillAudit()
    }

    /// Begins no further reads; what is outstanding is awaited.
    mutating func endAudit() {
        guard stage == .auditing else { return }
        audit.isReading = true
        audit.user = plan.userCount
        fillAudit()
    }

    private mutating func fillAudit() {
        while audit.active < plan.options.setupConcurrency, beginNextRead() {}
        guard audit.active == 0 else { return }
        if audit.isReading {
            lastActivity = now
            timers.removeAll()
            timers.add(.settleEnd, at: now + min(Engine.quiet, plan.scenario.settle))
        } else {
            audit.isReading = true
            audit.user = 0
            fillAudit()
        }
    }

    /// Begins the next read of the present part; false if there is none.
    private mutating func beginNextRead() -> Bool {
        while audit.user < plan.userCount {
            let user = audit.user
            if let client = readyClient(of: user) {
                guard audit.isReading else {
                    audit.user += 1
                    list(client, before: nil)
                    return true
                }
                if let pair = nextReadPair(of: user), let conversation = conversations[pair] {
                    read(client, conversation, partner: plan.pairs[pair].partner(of: user))
                    return true
                }
            }
            audit.user += 1
            audit.place = 0
            audit.readCount = 0
        }
        return false
    }

    /// The next conversation of a user in which something was done.
    private mutating func nextReadPair(of user: Int) -> Int? {
        let (low, high) = (Int(plan.pairStarts[user]), Int(plan.pairStarts[user + 1]))
        guard audit.readCount < plan.options.auditedConversations else { return nil }
        while low + audit.place < high {
            let pair = Int(plan.userPairs[low + audit.place])
            audit.place += 1
            if isTouched[pair], conversations[pair] != nil {
                audit.readCount += 1
                return pair
            }
        }
        return nil
    }

    private mutating func list(_ client: Int, before cursor: Timestamp?) {
        var query = ConversationQuery(limit: Limits.conversationPageMax)
        query.before = cursor
        issueAudit(.chat(.conversations(query)), .conversations, client, cursor: cursor)
    }

    private mutating func read(_ client: Int, _ conversation: ConversationID, partner: Int) {
        issueAudit(
            .chat(.messages(conversation, MessageQuery(limit: Limits.messagePageMax))), .messages, client,
            partner: partner, conversation: conversation)
    }

    private mutating func issueAudit(
        _ command: Command, _ endpoint: Endpoint.Name, _ client: Int, partner: Int = -1,
        conversation: ConversationID? = nil, cursor: Timestamp? = nil
    ) {
        audit.active += 1
        var entry = Pending(
            number: 0, client: Int32(client), partner: Int32(partner), phase: .audit, request: .http(endpoint),
            scheduled: now, sent: now, conversation: conversation)
        entry.cursor = cursor
        issue(command, entry, .observations)
    }

    mutating func auditStepCompleted(_ entry: Pending, _ result: History.Operation.Result, _ facts: Facts) {
        guard stage == .auditing else { return }
        audit.active -= 1
        if case .lost = result {
            audit.losses += 1
            if audit.losses == Audit.lossesMax { return endAudit() }
        }
        // Only pages of ever older conversations come to an end.
        if !audit.isReading, case (.accepted, .page(let next?)) = (result, facts),
            entry.cursor.map({ next < $0 }) ?? true
        {
            return list(Int(entry.client), before: next)
        }
        fillAudit()
    }
}
