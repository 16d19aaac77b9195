import ChatrixModel
import ChatrixReference
import Glibc
import HTTPTypes
import Logging
import NIOCore
import NIOPosix

/// Owns the reference on the event loop: gives it requests and the time, takes its events to the outlet.
final class ReferenceResponder: HTTPResponder {
    /// How long `clock-advance` waits for its publications to reach the broker.
    static let advanceDeadline: Duration = .seconds(5)

    private var api: ReferenceAPI
    private var clock: ReferenceClock
    private let offersControl: Bool
    private let outlet: EventOutlet
    private let sockets = WebSocketTable()
    private let publisher: (any EventPublisher)?
    private let loop: any EventLoop
    /// For waiting without holding up the event loop.
    private let threads: NIOThreadPool

    init(
        api: ReferenceAPI, clock: ReferenceClock, offersControl: Bool, outlet: EventOutlet,
        publisher: (any EventPublisher)?, loop: any EventLoop, threads: NIOThreadPool
    ) {
        self.api = api
        self.clock = clock
        self.offersControl = offersControl
        self.outlet = outlet
        self.publisher = publisher
        self.loop = loop
        self.threads = threads
    }

    var now: Timestamp {
        switch clock {
        case .virtual(let time): time
        case .real: .systemTime()
        }
    }

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
        sockets.carryOut(api.takeSocketOutput())
    }

    private static let controlPrefix = Array("/_reference/".utf8)

    private func control(_ request: APIRequest) -> HTTPAnswer {
        let response = api.control(request, clock: &clock, systemTime: .systemTime())
        forward()
        guard request.method == .post, response.status == 200, request.target == "/_reference/clock-advance",
            let publisher, publisher.isConnected
        else { return .now(response) }
        let flushed = threads.runIfActive(eventLoop: loop) {
            // What did not arrive in time still waits in the publisher's queue and is not lost by that.
            _ = publisher.flush(within: ReferenceResponder.advanceDeadline)
            return response
        }
        return .later(flushed)
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

extension Timestamp {
    /// The reading of the system's real-time clock.
    static func systemTime() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
