import ChatrixHistory
import ChatrixModel

/// Calls of flows: what is sent, and what is made of the answer.
extension Engine {
    /// Issues the request of a step; false if what it needs is missing.
    mutating func perform(_ call: Plan.Call, at instruction: Int32, of client: Int) -> Bool {
        let declaration = call.declaration
        let (user, device) = plan.parts(ofClient: client)
        let pair = Int(runners[client].pair)
        let partner = pair >= 0 ? plan.pairs[pair].partner(of: user) : user
        let (sender, target) = call.actor == .own ? (user, partner) : (partner, user)
        let acting = plan.client(sender, device: device)
        let conversation = pair >= 0 ? conversations[pair] : nil
        guard clients[acting].state == .ready, let senderID = accounts[sender], let targetID = accounts[target] else {
            return false
        }
        if case .socket = declaration.request, !clients[acting].isUp(.webSocket) { return false }
        if call.isSend { sentCounts[sender] += 1 }
        let payload = declaration.payload(
            CallContext(
                seed: plan.seed, sender: sender, partner: target, senderID: senderID, partnerID: targetID,
                device: device, conversation: conversation, serial: nextOperation,
                arguments: call.fixedArguments
                    ?? values(of: call.arguments, in: client, sender: sender, partner: target)))
        guard let payload else { return false }
        var entry = Pending(
            number: 0, client: Int32(acting), runner: Int32(client), pair: Int32(pair), instruction: instruction,
            flow: runners[client].flow, step: call.step, phase: .load, request: declaration.request,
            scheduled: min(runners[client].clock, now), sent: now)
        if declaration.subject != .nobody { entry.partner = Int32(target) }
        if declaration.subject == .conversation {
            entry.conversation = conversation
            if pair >= 0 { isTouched[pair] = true }
        }
        if call.isSend {
            runners[client].lastSend = .pending
            runners[client].lastMessage = nil
            forgetEvents(client)
        }
        runners[client].state = .answering
        switch payload {
        case .command(let command):
            var wish: Wish = call.captures.isEmpty ? [] : .body
            entry.describe(command)
            if plan.observesReads, command.isObservable { wish.insert(.observations) }
            issue(command, entry, wish)
        case .frame(let frame):
            entry.describe(frame)
            issue(frame, entry)
        }
        return true
    }

    /// The arguments of a call with the places of their templates filled in.
    private func values(
        of arguments: [Plan.Call.Argument], in client: Int, sender: Int, partner: Int
    ) -> [CallContext.Value?] {
        arguments.map { argument in
            switch argument {
            case .fixed(let value): value
            case .text(let text): .text(self.text(of: text, in: client, sender: sender, partner: partner))
            case .texts(let texts):
                .texts(texts.map { self.text(of: $0, in: client, sender: sender, partner: partner) })
            }
        }
    }

    mutating func flowStepCompleted(
        _ entry: Pending, _ result: History.Operation.Result, _ facts: Facts, _ body: JSON?, at time: Int64
    ) {
        let client = Int(entry.runner)
        if case .conversation(let id) = facts, entry.request == .http(.ensure), entry.pair >= 0 {
            open(pair: Int(entry.pair), as: id)
        }
        guard stage == .load, runners[client].state == .answering else { return }
        if let call = call(of: entry) {
            if call.isSend { noteSent(client, result, facts) }
            let isAccepted = if case .accepted = result { true } else { false }
            for capture in call.captures where isAccepted || !capture.needsSuccess {
                runners[client].variables[capture.variable] = body?.text(at: capture.path) ?? ""
            }
        }
        runners[client].clock = time
        if case .lost = result {
            runners[client].clock = now + Engine.pauseAfterLoss
            runners[client].visit &+= 1
            pause(client)
        } else {
            run(client)
        }
    }

    private mutating func noteSent(_ client: Int, _ result: History.Operation.Result, _ facts: Facts) {
        if case .accepted = result {
            runners[client].lastSend = .accepted
            if case .message(let id, _) = facts { runners[client].lastMessage = id }
        } else {
            runners[client].lastSend = .failed
        }
    }
}

extension Engine.Pending {
    /// Notes of a command what the history records of it.
    fileprivate mutating func describe(_ command: Command) {
        guard case .chat(let command) = command else { return }
        switch command {
        case .send(_, let draft): describe(draft)
        case .messages(_, let query): isFurtherPage = query.before != nil
        default: break
        }
    }

    fileprivate mutating func describe(_ frame: SocketRequest) {
        switch frame {
        case .message(let id, let draft):
            conversation = id
            describe(draft)
        case .typing(let id, _): conversation = id
        case .messageUpdate(let id, let content):
            message = id
            contentDigest = History.digest(of: content)
        case .messageDelete(let id): message = id
        case .subscribe, .unsubscribe, .call, .callAccept, .callReject, .callEnd: break
        }
    }

    private mutating func describe(_ draft: MessageDraft) {
        contentDigest = History.digest(of: draft.content)
        let preview = draft.preview
        previewDigest = preview == draft.content ? contentDigest : History.digest(of: preview)
    }
}

extension Command {
    /// Its answer shows entries of conversations or messages.
    fileprivate var isObservable: Bool {
        switch self {
        case .chat(.conversations), .chat(.messages): true
        default: false
        }
    }
}

extension JSON {
    /// The value at a path as a text: strings and numbers as they are, lists and mappings as JSON; `nil` where there is none.
    func text(at path: [Step.Capture.Element]) -> String? {
        var value = self
        for element in path {
            let next =
                switch element {
                case .member(let name): value[name]
                case .index(let index): value[index]
                }
            guard let next else { return nil }
            value = next
        }
        return switch value {
        case .null: nil
        case .string(let text): text
        case .bool, .number, .array, .object: value.description
        }
    }
}
