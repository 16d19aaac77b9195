import ChatrixModel
import HTTPTypes

/// The wire seam: routing, rate limits, tokens, bodies, validation, languages and encoding round a `ReferenceBackend`.
package struct ReferenceAPI: Sendable {
    package enum RateLimits: String, Sendable, CaseIterable { case documented, off }

    package struct Configuration: Sendable {
        package var backend = ReferenceBackend.Configuration()
        package var rateLimits = RateLimits.documented
        /// Key of the token signatures.
        package var tokenSecret = "chatrix-reference"
        /// Keep what the control plane shows: the outbox and the journal of requests.
        package var isObserved = false
        /// Brings a fresh reference to the state it starts with, as of the time given; `nil` for an empty one.
        package var fixtures: (@Sendable (inout ReferenceAPI, Timestamp) throws -> Void)?

        package init() {}
    }

    /// As given at the start: what `reset` goes back to.
    private(set) var startConfiguration: Configuration
    var configuration: Configuration
    package internal(set) var backend: ReferenceBackend
    var tokens: TokenCodec
    private var rateLimiter = RateLimiter()
    private var pending: [Event] = []
    /// Nothing is published, as while fixtures are loaded.
    private var isSilent = false
    var sockets = Sockets()
    var outbox = Outbox()
    var journal = Journal()
    package internal(set) var webhooks = WebhookQueue()
    var coverage = Coverage()
    /// Requests that shall fail once with 500 (control command `fail-next`).
    var failures: [(method: HTTPRequest.Method, path: String)] = []

    package init(configuration: Configuration = Configuration()) {
        self.init(configuration: configuration, startConfiguration: configuration)
    }

    /// One that a later `reset` takes back to another configuration than the present one.
    init(configuration: Configuration, startConfiguration: Configuration) {
        self.configuration = configuration
        self.startConfiguration = startConfiguration
        backend = ReferenceBackend(configuration: configuration.backend)
        tokens = TokenCodec(secret: configuration.tokenSecret)
    }

    /// Answers one request of the documented surface. Events of the step are in the outbox when this returns (D-57).
    package mutating func respond(to request: APIRequest, at time: Timestamp) -> APIResponse {
        let call = Call(request)
        if configuration.isObserved { beginCoverage() }
        var headers = HTTPFields()
        let answer = answer(call, &headers, at: time)
        let response: APIResponse
        switch answer {
        case .refused(let refusal):
            response = errorResponse(refusal, to: call, headers, at: time)
        default:
            response = successResponse(answer, to: call, headers)
        }
        note(request, response.status, at: time)
        if configuration.isObserved { cover(call, answer, response, at: time) }
        return response
    }

    mutating func note(_ request: APIRequest, _ status: Int, at time: Timestamp) {
        guard configuration.isObserved else { return }
        journal.append(method: request.method, target: request.target, status: status, at: backend.now(time))
    }

    /// Removes and returns the publications that were recorded and not taken yet, in order.
    package mutating func takeEvents() -> [Event] {
        guard !pending.isEmpty else { return [] }
        defer { pending.removeAll(keepingCapacity: true) }
        return pending
    }

    /// Runs `body` without rate limits, and so that nothing of it is published, kept for watchers or counted.
    package mutating func withoutTraces<Failure>(
        _ body: (inout ReferenceAPI) throws(Failure) -> Void
    ) throws(Failure) {
        let normal = configuration
        configuration.rateLimits = .off
        configuration.isObserved = false
        isSilent = true
        defer {
            configuration = normal
            isSilent = false
        }
        try body(&self)
    }
}

// MARK: - The order of checks (D-12)

extension ReferenceAPI {
    /// One request, taken apart.
    struct Call {
        let request: APIRequest
        let path: Substring
        let query: Substring
        let match: Router.Match?
        let endpoint: Endpoint?

        init(_ request: APIRequest) {
            self.request = request
            let target = request.target
            let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
            path = target[..<(mark ?? target.endIndex)]
            query = mark.map { target[target.index(after: $0)...] } ?? ""
            match = Router.shared.match(path)
            endpoint = match?.endpoint(for: request.method)
        }

        /// These paths look at no token and are counted by address (D-19, D-86).
        var isOpenPath: Bool {
            path.hasPrefix("/auth/") || path.hasPrefix("/admin/") || path == ReferenceAPI.socketPath
        }
    }

    private enum Caller {
        case anonymous
        /// A credential was presented that is not good (D-20).
        case invalid
        case user(UserID)
    }

    private mutating func answer(_ call: Call, _ headers: inout HTTPFields, at time: Timestamp) -> Reply {
        let now = backend.now(time)
        let caller = call.isOpenPath ? .anonymous : identify(call.request, now: now)
        if case .user(let user) = caller { backend.touch(user, at: time) }
        let key: RateLimiter.Key =
            if case .user(let user) = caller { .user(user) } else { .address(call.request.peerAddress) }
        if let refusal = admit(call, by: key, &headers, at: time) { return .refused(refusal) }
        if call.path == ReferenceAPI.socketPath {
            // A request with the headers of a handshake takes the way of `openSocket(_:at:)`.
            guard call.request.method != .get else { return .refused(.upgradeRequired) }
            headers[.allow] = "GET"
            return .refused(.methodNotAllowed)
        }
        guard let match = call.match else { return .refused(.resourceNotFound) }
        guard let endpoint = call.endpoint else {
            headers[.allow] = match.allowedMethods
            return .refused(.methodNotAllowed)
        }
        let user: UserID?
        switch (caller, endpoint.access) {
        case (_, .open): user = nil
        case (.user(let id), _): user = id
        case (.anonymous, .optionalToken): user = nil
        case (.anonymous, .token): return .refused(.unauthenticated)
        case (.invalid, _): return .refused(.invalidToken)
        }
        do throws(Refusal) {
            let command = try command(of: endpoint, call, parameter: match.parameter)
            if configuration.isObserved { coverBeforehand(command, by: user) }
            let outcome = backend.apply(command, by: user, at: time)
            if configuration.isObserved { coverage.step.events = outcome.events }
            publish(outcome)
            return outcome.reply
        } catch {
            return .refused(error)
        }
    }

    /// Counts a request and writes the headers that say so (D-87); returns why it is refused before it is looked at.
    mutating func admit(
        _ call: Call, by key: RateLimiter.Key, _ headers: inout HTTPFields, at time: Timestamp
    ) -> Refusal? {
        if configuration.rateLimits == .documented {
            let now = backend.now(time)
            let state = rateLimiter.count(call.endpoint?.rateClass ?? .other, key, at: now)
            headers[.rateLimitLimit] = String(state.limit)
            headers[.rateLimitRemaining] = String(state.remaining)
            headers[.rateLimitReset] = String(state.resetsAt.secondsRoundedUp)
            if state.isRefused {
                headers[.retryAfter] = String(Timestamp(milliseconds: state.resetsAt - now).secondsRoundedUp)
                return .rateLimited
            }
        }
        if let failure = failures.firstIndex(where: { $0.method == call.request.method && $0.path == call.path }) {
            failures.remove(at: failure)
            return .internalFault
        }
        return nil
    }

    /// Passes on what a step has caused, in the order of D-57: broker, WebSocket connections, webhooks.
    ///
    /// `actor` is the WebSocket connection that asked for it, and is told as confirmation.
    mutating func publish(_ outcome: Outcome, confirmingTo actor: SocketID? = nil) {
        guard !isSilent else { return }
        if !outcome.events.isEmpty {
            pending += outcome.events
            if configuration.isObserved { for event in outcome.events { outbox.append(.mqtt(event)) } }
        }
        tellSockets(outcome, confirmingTo: actor)
        publishToWebhooks(outcome)
    }

    private mutating func identify(_ request: APIRequest, now: Timestamp) -> Caller {
        guard let header = request.headers[.authorization] else { return .anonymous }
        // By bytes: finding the characters of a long token costs more than all the rest of a request.
        let parts = header.utf8.split(separator: UInt8(ascii: " ")).map(Substring.init)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            let user = goodUser(ofToken: String(parts[1]), now: now)
        else { return .invalid }
        return .user(user)
    }

    /// The user of a good access token (D-20).
    mutating func goodUser(ofToken token: String, now: Timestamp) -> UserID? {
        guard let claims = tokens.verify(token), claims.kind == .access, now.seconds < claims.expiresAtSeconds,
            backend.exists(claims.subject)
        else { return nil }
        return claims.subject
    }

    /// Reads the request as the endpoint's command. The order inside is part of D-12 and D-23.
    private mutating func command(
        of endpoint: Endpoint, _ call: Call, parameter: Substring
    ) throws(Refusal) -> Command {
        let deviceID = call.request.headers[.deviceID]
        if endpoint.name == .refresh, deviceID?.isEmpty ?? true { throw Refusal.deviceIDRequired }
        let body = try RequestBody(
            call.request.body, byteCount: call.request.bodyByteCount,
            contentType: call.request.headers[.contentType], of: endpoint)
        if configuration.isObserved { coverage.step.body = body }
        let query = try QueryParameters(call.query, of: endpoint)
        switch endpoint.name {
        case .register: return try ReferenceAPI.registration(body, deviceID: deviceID)
        case .login: return try ReferenceAPI.login(body, deviceID: deviceID)
        case .refresh:
            guard let claims = tokens.verify(try body.requiredText("refresh_token")), claims.kind == .refresh else {
                throw Refusal.invalidRefreshToken
            }
            return .auth(.refresh(claims, deviceID: deviceID ?? ""))
        case .me: return .users(.me)
        case .updateMe: return try ReferenceAPI.profileUpdate(body)
        case .profile:
            guard let identifier = Percent.decode(parameter) else { throw Refusal.userNotFound }
            return .users(.profile(UserIdentifier(identifier)))
        case .createPost: return try ReferenceAPI.postCreation(body)
        case .post: return .posts(.post(try ReferenceAPI.pathID(parameter, orElse: .postNotFound)))
        case .feed: return .posts(.feed(try ReferenceAPI.feedQuery(query)))
        case .ensure: return .chat(.ensure(recipient: try body.requiredID("recipientId")))
        case .conversations: return .chat(.conversations(try ReferenceAPI.conversationQuery(query)))
        case .messages:
            let messageQuery = try ReferenceAPI.messageQuery(query)
            return .chat(.messages(try ReferenceAPI.pathID(parameter, orElse: .conversationNotFound), messageQuery))
        case .send: return try ReferenceAPI.message(body)
        case .read: return .chat(.read(try ReferenceAPI.pathID(parameter, orElse: .conversationNotFound)))
        case .view: return .chat(.view(try ReferenceAPI.pathID(parameter, orElse: .conversationNotFound)))
        case .follow: return .follows(.follow(try ReferenceAPI.pathID(parameter, orElse: .userNotFound)))
        case .unfollow: return .follows(.unfollow(try ReferenceAPI.pathID(parameter, orElse: .followNotFound)))
        case .block: return .block(.block(try ReferenceAPI.pathID(parameter, orElse: .userNotFound)))
        case .unblock: return .block(.unblock(try ReferenceAPI.pathID(parameter, orElse: .blockNotFound)))
        case .contacts: return try ReferenceAPI.contacts(query)
        case .report: return try ReferenceAPI.report(body)
        case .createStory: return try ReferenceAPI.storyCreation(body)
        case .storyFeed: return .stories(.feed)
        case .notifications: return try ReferenceAPI.notifications(query)
        case .uploadMedia: return try ReferenceAPI.mediaUpload(body)
        case .uploadFile: return try ReferenceAPI.storageUpload(query, body)
        case .uploadFiles: return try ReferenceAPI.storageUploads(query, body)
        case .file: return .storage(.file(key: try ReferenceAPI.objectKey(parameter)))
        case .preview: return .storage(.preview(key: try ReferenceAPI.objectKey(parameter)))
        case .createCall: return try ReferenceAPI.callCreation(body)
        case .answerCall: return try ReferenceAPI.callAnswer(parameter, body)
        case .endCall: return .calls(.end(try ReferenceAPI.pathID(parameter, orElse: .callNotFound)))
        case .inspectConversations: return .admin(.inspect)
        case .cleanupConversations: return .admin(.cleanup)
        case .deleteConversation:
            return .admin(.delete(try ReferenceAPI.pathID(parameter, orElse: .conversationNotFound)))
        }
    }

    /// A malformed ID in a path is answered like an unknown one (D-05).
    static func pathID<E>(_ parameter: Substring, orElse refusal: Refusal) throws(Refusal) -> ID<E> {
        guard let text = Percent.decode(parameter), let id = ID<E>(text) else { throw refusal }
        return id
    }
}

// MARK: - Responses

extension ReferenceAPI {
    static let jsonType = "application/json; charset=utf-8"

    private func successResponse(_ reply: Reply, to call: Call, _ headers: HTTPFields) -> APIResponse {
        var response = APIResponse(status: reply.status, headers: headers)
        if case .storage(let reply) = reply { return ReferenceAPI.storageResponse(reply, headers) }
        guard let body = reply.jsonBody(in: call.language, signedBy: tokens) else { return response }
        response.headers[.contentType] = ReferenceAPI.jsonType
        response.body = body
        return response
    }

    /// ERROR: the envelope of D-10, its message in the language of the request.
    func errorResponse(
        _ refusal: Refusal, to call: Call, _ headers: HTTPFields = [:], at time: Timestamp
    ) -> APIResponse {
        var response = APIResponse(status: refusal.status, headers: headers)
        if refusal.status == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
        response.headers[.contentType] = ReferenceAPI.jsonType
        response.body = ErrorEnvelope(
            refusal, path: String(call.path), language: call.language, timestamp: backend.now(time)
        ).encoded()
        return response
    }
}

extension ReferenceAPI.Call {
    fileprivate var language: Language { Language(acceptLanguage: request.headers[.acceptLanguage]) }
}
