import ChatrixMQTT
import ChatrixModel
import ChatrixReference
import HTTPTypes
import Logging
import NIOCore
import NIOPosix

/// Owns the reference on the event loop: gives it requests and the time, takes its events to the outlet and the sender.
final class ReferenceResponder: HTTPResponder {
    /// How long the clock commands wait for their publications to reach the broker.
    static let advanceDeadline: Duration = .seconds(5)

    private var api: ReferenceAPI
    private var clock: ReferenceClock
    private let offersControl: Bool
    private let outlet: EventOutlet
    private let sockets = WebSocketTable()
    private let sender: WebhookSender
    private let publisher: (any EventPublisher)?
    private let loop: any EventLoop
    /// For waiting without holding up the event loop.
    private let threads: NIOThreadPool
    /// How many repetitions by faults the coverage knows of.
    private var coveredRepetitionCount = 0

    init(
        api: ReferenceAPI, clock: ReferenceClock, offersControl: Bool, outlet: EventOutlet, sender: WebhookSender,
        publisher: (any EventPublisher)?, loop: any EventLoop, threads: NIOThreadPool
    ) {
        self.api = api
        self.clock = clock
        self.offersControl = offersControl
        self.outlet = outlet
        self.sender = sender
        self.publisher = publisher
        self.loop = loop
        self.threads = threads
        sender.attach(to: self)
    }

    /// Never before what is stored or queued: stamps run ahead of a clock that stands still or of a busy millisecond.
    var now: Timestamp { api.backend.now(clock.now(systemTime: .systemTime())) }

    func respond(to request: APIRequest) -> HTTPAnswer {
        if offersControl, request.target.utf8.starts(with: ReferenceResponder.controlPrefix) {
            return control(request)
        }
        let response = api.respond(to: request, at: now)
        forward()
        return .now(response)
    }

    /// Sends out what the last step has caused, in the order of D-57.
    private func forward() {
        outlet.forward(api.takeEvents())
        if outlet.repetitionCount > coveredRepetitionCount {
            coveredRepetitionCount = outlet.repetitionCount
            api.cover(.publicationRepeated)
        }
        sockets.carryOut(api.takeSocketOutput())
        sender.pump()
    }

    /// Tells the coverage what happened to the connection to the broker.
    func cover(_ incident: ReferenceAPI.BrokerIncident) { api.cover(incident) }

    private static let controlPrefix = Array("/_reference/".utf8)
    private static let clockCommands = ["/_reference/clock-advance", "/_reference/clock-set"]

    private func control(_ request: APIRequest) -> HTTPAnswer {
        let path = request.target.prefix { $0 != "?" }
        let old = path == "/_reference/reset" ? api : nil
        // Giving up millions of objects takes a while, which is nothing to wait for.
        defer { if let old { threads.submit { _ in withExtendedLifetime(old) {} } } }
        let response = api.control(request, clock: &clock, systemTime: .systemTime())
        forward()
        guard request.method == .post, response.status == 200,
            ReferenceResponder.clockCommands.contains(String(path))
        else { return .now(response) }
        switch (sender.delivered(), flushed()) {
        case (nil, nil): return .now(response)
        case (let delivered?, nil): return .later(delivered.map { response })
        case (nil, let flushed?): return .later(flushed.map { response })
        case (let delivered?, let flushed?): return .later(delivered.and(flushed).map { _ in response })
        }
    }

    /// When the publications so far have reached the broker; `nil` where there is none.
    private func flushed() -> EventLoopFuture<Void>? {
        guard let publisher, publisher.isConnected else { return nil }
        return threads.runIfActive(eventLoop: loop) {
            // What did not arrive in time still waits in the publisher's queue and is not lost by that.
            _ = publisher.flush(within: ReferenceResponder.advanceDeadline)
        }
    }
}

extension ReferenceResponder: WebSocketResponder {
    var webSockets: (any WebSocketResponder)? { self }

    func open(_ request: APIRequest, _ connection: any WebSocketConnection) -> SocketOpening {
        let opening = api.openSocket(request, at: now)
        if case .accepted(let id, _) = opening { sockets.add(connection, as: id) }
        forward()
        return opening
    }

    func receive(_ input: SocketInput, on id: SocketID) {
        api.receive(input, on: id, at: now)
        forward()
    }

    func closed(_ id: SocketID) {
        sockets.remove(id)
        api.socketClosed(id, at: now)
        forward()
    }
}

extension ReferenceResponder: WebhookSource {
    var webhooks: WebhookQueue { api.webhooks }
    var isClockReal: Bool { clock == .real }

    func takeWebhookAttempt() -> WebhookAttempt? {
        api.takeWebhookAttempt(clock: clock, systemTime: .systemTime())
    }

    func finishWebhookAttempt(_ number: Int, succeeded: Bool) -> WebhookQueue.Conclusion? {
        api.finishWebhookAttempt(number, succeeded: succeeded, clock: clock, systemTime: .systemTime())
    }

    func letNextWebhookStart(after number: Int) { api.letNextWebhookStart(after: number) }
}

extension Timestamp {
    /// The reading of the system's real-time clock.
    static func systemTime() -> Timestamp { Timestamp(milliseconds: WallClock.milliseconds) }
}
