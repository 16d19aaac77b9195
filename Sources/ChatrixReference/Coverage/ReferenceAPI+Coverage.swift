import ChatrixModel
import HTTPTypes

/// What the reference tells its coverage, one function for each kind of occasion. Nothing is called where nobody looks
/// (`Configuration.isObserved`).
extension ReferenceAPI {
    /// A request of the documented surface has come in.
    mutating func beginCoverage() {
        // What connections that came and went have caused is none of the request's doing.
        coverOutbox(isOverHTTP: false)
        coverage.step.objectCount = backend.directory.count
    }

    /// A request of the documented surface was answered with `reply`; its command and events were told before.
    mutating func cover(_ call: Call, _ reply: Reply, _ response: APIResponse, at time: Timestamp) {
        let subject: CoverageTable.Subject =
            if let endpoint = call.endpoint {
                .endpoint(endpoint.name)
            } else {
                call.match == nil ? .unknownRoute : .wrongMethod
            }
        if let wanted = coverage.wantedFacts(by: subject, status: response.status) {
            var occasion = Occasion()
            occasion.status = response.status
            occasion.refusal = reply.refusal
            occasion.body = coverage.step.body
            occasion.request = call.endpoint.map { ($0, call.request.body, call.query) }
            occasion.facts = facts(wanted, of: call, reply, response, now: backend.now(time))
            coverage.note(subject, occasion)
        }
        coverOutbox(isOverHTTP: true)
        rememberRates(of: call, response)
        remember(call, reply)
        coverage.step = Coverage.Step()
    }

    /// What is known of a request, as far as it is wanted: what nobody asks for is not looked for.
    private mutating func facts(
        _ wanted: FactSet, of call: Call, _ reply: Reply, _ response: APIResponse, now: Timestamp
    ) -> FactSet {
        var facts = coverage.step.facts
        func add(_ possible: FactSet, _ find: (inout FactSet) -> Void) {
            guard !possible.isDisjoint(with: wanted) else { return }
            var found = FactSet()
            find(&found)
            assert(found.isSubset(of: possible), "a fact that its list does not name is never looked for")
            facts.formUnion(found)
        }
        add(.ofDevice) { ReferenceAPI.addDeviceFacts(of: call, to: &$0) }
        add(.ofLanguage) { ReferenceAPI.addLanguageFacts(of: call, to: &$0) }
        add(.ofContent) { ReferenceAPI.addContentFacts(of: call, reply, to: &$0) }
        add(.ofTarget) { ReferenceAPI.addTargetFacts(of: call, to: &$0) }
        add(.ofToken) { addTokenFacts(of: call, reply, to: &$0, now: now) }
        add(.ofRate) { addRateFacts(of: call, response, to: &$0) }
        add(.ofSessions) { addSessionFacts(of: reply, to: &$0) }
        add(.ofCaller) { addCallerFacts(to: &$0, now: now) }
        add(.ofPair) { addPairFacts(to: &$0) }
        add(.ofObjects) { addObjectFacts(reply, to: &$0) }
        add(.ofAccounts) { addAccountFacts(of: reply, to: &$0) }
        add(.ofReply) { reply.addFacts(caller: coverage.step.caller, to: &$0) }
        add(.ofEvents) { addEventFacts(of: reply, to: &$0) }
        add(FactSet([.jsonAnswer])) {
            $0.insert(.jsonAnswer, if: response.headers[.contentType] == ReferenceAPI.jsonType)
        }
        facts.insert(.created, if: backend.directory.count > coverage.step.objectCount)
        facts.insert(.webhooks, if: webhooks.hasSubscriptions)
        return facts
    }

    /// A control request was answered with `status`; `name` is the last part of its path. `firstStoryExpiry` and
    /// `hadWebhooks` are of before it.
    mutating func coverControl(
        _ name: String, _ fields: JSON?, status: Int, _ answer: JSON?, firstStoryExpiry: Timestamp?, hadWebhooks: Bool,
        now: Timestamp
    ) {
        var occasion = Occasion(configuration.rateLimits == .documented ? [.limitsOn] : [])
        occasion.status = status
        occasion.facts.insert(.webhooks, if: hadWebhooks)
        occasion.facts.insert(.afterExpiry, if: firstStoryExpiry.map { $0 <= now } ?? false)
        let isKnown = ControlCommand(rawValue: name) != nil
        coverage.note(.control(isKnown ? name : CoverageTable.unknownName), occasion)
        coverOutbox(isOverHTTP: false)
        if status == 200, let command = ControlCommand(rawValue: name) { remember(command, fields, answer) }
    }

    /// A message of a WebSocket client was handled; `event` is its name, `refusal` what it was answered with.
    mutating func coverFrame(_ event: String?, _ refusal: Refusal?) {
        guard configuration.isObserved else { return }
        var occasion = Occasion()
        occasion.refusal = refusal
        occasion.status = refusal?.status ?? 200
        let subject = CoverageTable.Subject.frame(event ?? CoverageTable.unknownName)
        coverage.note(coverage.isOpen(subject) ? subject : .frame(CoverageTable.unknownName), occasion)
        if refusal == nil, event == "message_update" || event == "message_delete" { coverage.memory.hasEdits = true }
        coverOutbox(isOverHTTP: false)
    }

    /// What became of a WebSocket connection: `opened`, `rejected` (4401), `limited` (429), `binary` (1003) or `oversized` (1009).
    mutating func coverSocket(_ fact: Fact) {
        guard configuration.isObserved else { return }
        coverage.note(.socket, Occasion(coverage.memory.hasCalls ? [fact, .afterCall] : [fact]))
        if fact == .opened { coverage.memory.hasConnections = true }
    }

    /// A webhook is sent again because an attempt has failed.
    mutating func coverRetry(of event: String) {
        guard configuration.isObserved else { return }
        coverage.note(.webhook(event), Occasion([.retry, .repeated]))
    }

    /// What only the connection to the broker shows (MQTT-CONFIG).
    package enum BrokerIncident: Sendable {
        /// A lost connection is there again.
        case connectionRestored
        /// An attempt to connect again has failed and another one follows.
        case connectionRetried
        /// Publications waited for the broker to come back.
        case publicationsWaited
        /// A publication was sent again: the broker had not acknowledged it, or a fault repeats it.
        case publicationRepeated
    }

    /// Tells the coverage what happened to the connection to the broker.
    package mutating func cover(_ incident: BrokerIncident) {
        guard configuration.isObserved else { return }
        let fact: Fact =
            switch incident {
            case .connectionRestored: .connectionRestored
            case .connectionRetried: .connectionRetried
            case .publicationsWaited: .publicationsWaited
            case .publicationRepeated: .publicationRepeated
            }
        coverage.note(.broker, Occasion([fact]))
    }

    /// Notes what has left on all ways since the last look.
    mutating func coverOutbox(isOverHTTP: Bool) {
        let last = outbox.lastSequence
        guard last > coverage.outboxSequence else { return }
        let wantsPublications = coverage.isOpen(.publication)
        var publications = Occasion()
        var hasPublications = false
        for entry in outbox.entries(since: coverage.outboxSequence) {
            switch entry.output {
            case .mqtt(let event):
                guard wantsPublications else { continue }
                event.addFacts(to: &publications.facts)
                hasPublications = true
            case .webSocket(let event, _):
                guard coverage.isOpen(.push(event)) else { continue }
                coverage.note(.push(event), Occasion(isOverHTTP ? [.overHTTP] : []))
            case .webhook(let event, _): coverDelivery(of: event)
            }
        }
        coverage.outboxSequence = last
        if hasPublications { coverage.note(.publication, publications) }
    }

    private mutating func coverDelivery(of event: String) {
        defer { coverage.memory.hasDeliveries = true }
        guard coverage.isOpen(.webhook(event)) else { return }
        var occasion = Occasion()
        occasion.facts.insert(.ofMessageCreated, if: event == "message.created")
        let isCreation = ["created", "registered", "started"].contains { event.hasSuffix(".\($0)") }
        occasion.facts.insert(.ofCreation, if: isCreation)
        occasion.facts.insert(.repeated, if: coverage.memory.hasDeliveries)
        coverage.note(.webhook(event), occasion)
    }
}

extension Event {
    fileprivate func addFacts(to facts: inout FactSet) {
        switch body {
        case .newMessage(let message):
            facts.insert(.newMessage)
            facts.insert(.attachments, if: !message.attachments.isEmpty)
            facts.insert(.previewCut, if: !message.content.isWithinScalars(Limits.messagePreviewScalars))
            facts.insert(.previewIsType, if: message.content.isEmpty)
        case .conversationUpdated: facts.insert(.conversationUpdate)
        case .readReceipt: facts.insert(.receipt)
        case .messagesStatus: facts.insert(.readerStatus)
        case .messagesRead: facts.insert(.readUpdate)
        }
    }
}
