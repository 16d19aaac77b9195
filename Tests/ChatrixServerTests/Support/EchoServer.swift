import ChatrixModel
import ChatrixReference
import Glibc
import HTTPTypes
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import ChatrixServer

/// What reached the responder, readable from the test's thread.
final class Journal: Sendable {
    private let requests = Mutex<[APIRequest]>([])
    private let held = Mutex<[EventLoopPromise<APIResponse>]>([])

    func append(_ request: APIRequest) { requests.withLock { $0.append(request) } }
    func hold(_ promise: EventLoopPromise<APIResponse>) { held.withLock { $0.append(promise) } }

    var all: [APIRequest] { requests.withLock { $0 } }
    var heldCount: Int { held.withLock { $0.count } }

    /// Answers the requests to `/later`.
    func releaseHeld() {
        let promises = held.withLock { held in
            defer { held = [] }
            return held
        }
        for promise in promises { promise.succeed(APIResponse(status: 200, body: Array("late".utf8))) }
    }
}

/// Answers `METHOD TARGET BYTECOUNT`; `/big` is a megabyte, `/huge` are eight, `/empty` is 204, `/later` waits for `releaseHeld`.
final class EchoResponder: HTTPResponder {
    private let journal: Journal
    private let loop: any EventLoop
    private let big = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    /// Tells its places apart.
    static let huge = (0..<(8 << 20)).map { UInt8(ascii: "a") + UInt8(truncatingIfNeeded: $0 / 1000 % 26) }

    init(journal: Journal, loop: any EventLoop) {
        self.journal = journal
        self.loop = loop
    }

    let now = Timestamp.virtualStart

    func respond(to request: APIRequest) -> HTTPAnswer {
        journal.append(request)
        if request.bodyByteCount > request.body.count { return .now(APIResponse(status: 413, body: Array("no".utf8))) }
        switch request.target {
        case "/big": return .now(APIResponse(status: 200, body: big))
        case "/huge": return .now(APIResponse(status: 200, body: EchoResponder.huge))
        case "/empty": return .now(APIResponse(status: 204))
        case "/later":
            let promise = loop.makePromise(of: APIResponse.self)
            journal.hold(promise)
            return .later(promise.futureResult)
        default:
            let text = "\(request.method) \(request.target) \(request.bodyByteCount)"
            return .now(APIResponse(status: 200, headers: [.contentType: "text/plain"], body: Array(text.utf8)))
        }
    }
}

/// Runs `body` against a server of its own with an `EchoResponder`.
func withEchoServer(
    port: Int = 0, limits: HTTPLimits = HTTPLimits(), _ body: (_ server: HTTPServer, _ journal: Journal) throws -> Void
) throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let journal = Journal()
    let server = try HTTPServer.start(
        host: "127.0.0.1", port: port, limits: limits, on: loop,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { EchoResponder(journal: journal, loop: loop) }
    defer {
        journal.releaseHeld()
        #expect(throws: Never.self) {
            try server.stop(within: .seconds(1))
            try group.syncShutdownGracefully()
        }
    }
    try body(server, journal)
}

/// Looks again and again until `condition` holds; false after ten seconds.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .seconds(10) {
        if try condition() { return true }
        poll(nil, 0, 2)
    }
    return false
}
