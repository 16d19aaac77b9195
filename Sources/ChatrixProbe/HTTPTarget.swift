import ChatrixConformance
import ChatrixLive
import ChatrixMQTT
import ChatrixModel
import Glibc
import NIOCore

/// A backend at an address: a reference server with its control plane, or any deployment.
package struct HTTPTarget: Target {
    /// What the target is, which decides what may be done to it.
    package enum Kind: Sendable, Hashable {
        /// It has the control plane, and is started over before every check.
        case reference(hasVirtualClock: Bool)
        /// Nothing but the documented surface.
        case deployment
    }

    package struct Options: Sendable {
        package var knobs = Knobs()
        /// Leaves a control plane alone, even if there is one.
        package var ignoresControl = false
        /// Requests after which checks are skipped; `nil`: no end. Control commands do not count.
        package var requestsMax: Int?
        /// Told, about once a second, what is waited for and for how many milliseconds more.
        package var onWait: @Sendable (_ reason: String, _ milliseconds: Int64) -> Void = { _, _ in }
        /// Asked while waiting; true skips the check that waits.
        package var isInterrupted: @Sendable () -> Bool = { false }

        package init() {}
    }

    package let kind: Kind
    package let name: String
    package let capabilities: Set<Capability>
    package var baseURL: String { access.base.origin }

    private let access: HTTPAccess
    private let options: Options
    private let watch: MQTTWatch?
    private var connection: HTTPConnection?
    private var sockets: [WebSocketConnection] = []
    /// By URL.
    var listeners: [String: WebhookListener] = [:]
    private var pace: Pace
    private var budget: RequestBudget
    private var lastRequest = MonotonicTime.now
    /// Why the publications to a user of this check cannot be seen; of concern only to those who look at them.
    private var watchProblem: (any Error)?

    /// A reference server with a virtual clock on a port of this machine.
    package init(port: Int) {
        self.init(HTTPAccess(port: port), kind: .reference(hasVirtualClock: true), watch: nil, Options())
    }

    private init(_ access: HTTPAccess, kind: Kind, watch: MQTTWatch?, _ options: Options) {
        self.access = access
        self.kind = kind
        self.watch = watch
        self.options = options
        pace = Pace(pathPrefix: options.knobs.pathPrefix, reset: options.knobs.rateLimitReset)
        budget = RequestBudget(requestsMax: options.requestsMax)
        let broker = watch.map { " and \($0.url)" } ?? ""
        switch kind {
        case .reference(let hasVirtualClock):
            name = "\(access.base)\(broker) (reference server)"
            var capabilities = Set(Capability.allCases)
            if !hasVirtualClock { capabilities.remove(.clock) }
            if watch == nil { capabilities.remove(.broker) }
            self.capabilities = capabilities
        case .deployment:
            name = "\(access.base)\(broker)"
            capabilities =
                watch == nil ? [.webSocket, .destructiveAdmin] : [.events, .broker, .webSocket, .destructiveAdmin]
        }
    }

    /// Connects and finds out what the target is. Throws `TargetError` if nothing answers there.
    package static func connect(
        _ access: HTTPAccess, watch: MQTTWatch? = nil, options: Options = Options()
    ) throws -> HTTPTarget {
        let connection = try HTTPConnection(access)
        var kind = Kind.deployment
        // Only this machine's own servers are asked, for only they can offer it (D-100).
        if access.base.isLoopback, !options.ignoresControl {
            kind = try self.kind(of: connection)
        }
        var target = HTTPTarget(access, kind: kind, watch: watch, options)
        if connection.isOpen { target.connection = connection }
        if case .reference = kind {
            do {
                try watch?.subscribe(["chat/#"])
            } catch let skip as Check.Skip {
                throw TargetError("subscribe at", watch?.url ?? "", cause: skip.reason)
            }
        }
        return target
    }

    private static func kind(of connection: HTTPConnection) throws -> Kind {
        let answer = try connection.exchange(Exchange.Request(method: "GET", target: "/_reference/health")).answer
        guard answer.status == 200, let body = try? JSON.parse(answer.body), body["status"]?.string == "ok",
            let clock = body["clock"]?.string
        else { return .deployment }
        return .reference(hasVirtualClock: clock == "virtual")
    }

    package func reasonWithout(_ capability: Capability) -> String {
        switch (capability, kind) {
        case (.clock, .reference): "the server's clock is real; start it with --clock virtual"
        case (.broker, _), (.events, _): "no broker was given; say where it is with --mqtt"
        case (.clock, .deployment), (.controlPlane, .deployment), (.rateLimitChoice, .deployment):
            "the deployment has no control plane (\(capability.rawValue)); it is part of 'chatrix-sim serve'"
        case (.webhooks, .deployment): "webhooks are registered over the control plane, which the deployment has not"
        case (.decidedBounds, .deployment): "bounds that only a decision sets are not probed on deployments"
        default: "the target lacks: \(capability.rawValue)"
        }
    }

    // MARK: Requests

    package mutating func prepare(rateLimits: RateLimitMode) throws {
        sockets = []
        guard case .reference(let hasVirtualClock) = kind else {
            watch?.forget(unsubscribing: true)
            watchProblem = nil
            return
        }
        let now = hasVirtualClock ? #""now":"2023-04-10T12:00:00.000Z","# : ""
        let answer = try send(
            Exchange.Request(
                method: "POST", target: "/_reference/reset", headers: [.init("Content-Type", "application/json")],
                body: Array(#"{"seed":1,\#(now)"rate_limits":"\#(rateLimits.rawValue)"}"#.utf8)))
        guard answer.status == 200 else { throw TargetError("reset", name, cause: "\(answer)") }
        listeners = [:]
    }

    package mutating func send(_ request: Exchange.Request) throws -> Exchange.Answer {
        if case .reference = kind, request.target.hasPrefix("/_reference/") {
            guard request.target == "/_reference/reset", let watch else { return try exchange(request) }
            // What is under way belongs to the time before.
            _ = try publications(after: 0)
            let answer = try exchange(request)
            if answer.status == 200 { watch.forget(unsubscribing: false) }
            return answer
        }
        guard kind == .deployment else {
            try budget.spend()
            return try exchange(request)
        }
        let answer = try sendInPace(request)
        watchNewUser(request, answer)
        return answer
    }

    /// Attempts at a request that is refused for its rate.
    private static let attemptsMax = 3

    private mutating func sendInPace(_ request: Exchange.Request) throws -> Exchange.Answer {
        var attempts = 1
        while true {
            if options.knobs.rateLimits == .documented,
                let wait = pace.wait(before: request, at: WallClock.milliseconds)
            {
                try sleep(wait)
            }
            try budget.spend()
            let answer = try exchange(request)
            let wait = pace.note(answer, to: request, at: WallClock.milliseconds)
            guard let wait, attempts < Self.attemptsMax else { return answer }
            attempts += 1
            try sleep(wait)
        }
    }

    private func sleep(_ wait: Pace.Wait) throws {
        let end = WallClock.milliseconds + wait.milliseconds
        while true {
            if options.isInterrupted() { throw Check.Skip("the run was interrupted") }
            let left = end - WallClock.milliseconds
            guard left > 0 else { return }
            options.onWait(wait.reason, left)
            poll(nil, 0, CInt(min(left, 1000)))
        }
    }

    private mutating func exchange(_ request: Exchange.Request) throws -> Exchange.Answer {
        let kept = connection.flatMap { $0.isOpen ? $0 : nil }
        connection = nil
        let current = try kept ?? HTTPConnection(access)
        let (answer, isReusable) = try current.exchange(request)
        if isReusable { connection = current }
        lastRequest = .now
        return answer
    }

    // MARK: Publications

    /// Subscribes to the topics of a user who has just registered, before anything can be published to him.
    private mutating func watchNewUser(_ request: Exchange.Request, _ answer: Exchange.Answer) {
        guard let watch, options.knobs.mqtt == .check, answer.status == 201,
            request.target == options.knobs.pathPrefix + "/auth/register",
            let id = try? JSON.parse(answer.body)["user"]?["id"]?.string, !id.isEmpty,
            !id.contains(where: { "/+#".contains($0) })
        else { return }
        do {
            try watch.subscribe(["chat/\(id)/#"])
        } catch {
            watchProblem = error
        }
    }

    package mutating func publications(after sequence: Int) throws -> [Publication] {
        guard let watch else { return try publicationsInOutbox(after: sequence) }
        if let watchProblem { throw watchProblem }
        let limit = Duration.milliseconds(options.knobs.eventWaitMilliseconds)
        let arrivals =
            switch kind {
            case .reference:
                try watch.arrivals(atLeast: try publicationsInOutbox(after: 0).count, within: limit)
            case .deployment: try watch.arrivals(after: lastRequest, quiet: limit)
            }
        return arrivals.filter { $0.sequence > sequence }
    }

    package mutating func retained(on topics: [String]) throws -> [Publication] {
        guard let watch else { throw Check.Skip(reasonWithout(.broker)) }
        return try watch.retained(on: topics)
    }

    // MARK: WebSocket

    package mutating func openSocket(_ target: String) throws -> Handshake {
        let socket = try WebSocketConnection(access, target: target)
        guard socket.isUpgraded else { return Handshake(answer: socket.answer, socket: nil) }
        sockets.append(socket)
        return Handshake(answer: socket.answer, socket: sockets.count - 1)
    }

    package mutating func send(_ message: SocketMessage, on socket: Int) throws { try sockets[socket].send(message) }

    /// The reference has sent what a step causes before it answers; elsewhere frames may be under way for a while.
    package mutating func received(on socket: Int) throws -> [SocketMessage] {
        let wait = kind == .deployment ? options.knobs.eventWaitMilliseconds : 0
        return try sockets[socket].received(waiting: .milliseconds(Int64(wait)))
    }

    package mutating func closeSocket(_ socket: Int) throws { try sockets[socket].close() }
}
