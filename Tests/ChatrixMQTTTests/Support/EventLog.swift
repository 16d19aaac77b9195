import Glibc
import Testing

@testable import ChatrixMQTT

/// Collects the events of a reactor and waits for what a test expects of them.
final class EventLog: Sendable {
    let events = Monitor<[MQTTEvent]>([])

    var handler: MQTTReactor.Handler {
        { [events] batch in events.update { $0 += batch } }
    }

    var all: [MQTTEvent] { events.read { $0 } }

    /// Waits until `isMet` holds for the events so far; throws what was seen when the deadline passes first.
    func wait(
        for what: String, within limit: Duration = .seconds(20), until isMet: ([MQTTEvent]) -> Bool
    ) throws {
        if !events.wait(until: .after(limit), isMet) {
            throw WaitFailed(what: what, saw: all.suffix(8).map(\.summary).joined(separator: "; "))
        }
    }

    func waitForConnection(of session: MQTTSession) throws {
        try wait(for: "connection of \(session.configuration.clientID)") {
            $0.contains { event in
                if case .connected(let other) = event { other === session } else { false }
            }
        }
    }

    func waitForSubscription(of session: MQTTSession, count: Int = 1) throws {
        try wait(for: "\(count) subscriptions of \(session.configuration.clientID)") { events in
            events.count { event in
                if case .subscribed(let other, _, _) = event { other === session } else { false }
            } >= count
        }
    }

    /// The messages of one session, oldest first.
    func messages(of session: MQTTSession) -> [MQTTMessage] { all.messages(of: session) }

    func waitForFailure(of session: MQTTSession) throws -> (failure: MQTTFailure, retryIn: Duration?) {
        try wait(for: "a failure of \(session.configuration.clientID)") { !$0.failures(of: session).isEmpty }
        return try #require(all.failures(of: session).first)
    }
}

struct WaitFailed: Error, CustomStringConvertible {
    var what: String
    var saw: String
    var description: String { "waited in vain for \(what); last events: \(saw)" }
}

extension [MQTTEvent] {
    func messages(of session: MQTTSession) -> [MQTTMessage] {
        compactMap { event in
            if case .message(let other, let message) = event, other === session { message } else { nil }
        }
    }

    func failures(of session: MQTTSession) -> [(failure: MQTTFailure, retryIn: Duration?)] {
        compactMap { event in
            if case .disconnected(let other, let failure, let retryIn) = event, other === session {
                (failure, retryIn)
            } else {
                nil
            }
        }
    }
}

extension MQTTEvent {
    var summary: String {
        let client = session.configuration.clientID
        return switch self {
        case .connected: "\(client) connected"
        case .subscribed(_, let filters, let refused): "\(client) subscribed \(filters) refused \(refused)"
        case .unsubscribed(_, let filters): "\(client) unsubscribed \(filters)"
        case .disconnected(_, let failure, let retryIn):
            "\(client) disconnected: \(failure), retry in \(retryIn as Any)"
        case .message(_, let message): "\(client) got \(message.text) on \(message.topic)"
        case .acknowledged(_, let token): "\(client) acknowledged \(token.number)"
        case .lost(_, let loss): "\(client) lost \(loss.label): \(loss.reason)"
        case .closed: "\(client) closed"
        }
    }
}

extension MQTTMessage {
    var text: String { String(decoding: payload, as: UTF8.self) }
}

/// Waits until `isMet` holds, looking every few milliseconds; for what the operating system does not announce.
func waitUntil(_ what: String, within limit: Duration = .seconds(10), _ isMet: () -> Bool) throws {
    let never = Monitor(false)
    let deadline = MonotonicTime.after(limit)
    while !isMet() {
        guard MonotonicTime.now < deadline else { throw WaitFailed(what: what, saw: "no change in \(limit)") }
        _ = never.wait(until: .after(.milliseconds(5))) { $0 }
    }
}

/// Runs `body` with a broker and a reactor, and stops both however it ends.
func withBroker(
    _ configuration: ManagedBroker.Configuration = .init(), handshakes: Int = 50,
    _ body: (ManagedBroker, MQTTReactor, EventLog) throws -> Void
) throws {
    let broker = try ManagedBroker.start(configuration)
    defer { broker.stop() }
    try withReactor(handshakes: handshakes) { reactor, log in try body(broker, reactor, log) }
}

func withReactor(handshakes: Int = 50, _ body: (MQTTReactor, EventLog) throws -> Void) throws {
    let log = EventLog()
    let reactor = try MQTTReactor.start(.init(concurrentHandshakes: handshakes), handler: log.handler)
    defer { reactor.stop() }
    try body(reactor, log)
}

extension MQTTSession.Configuration {
    static func test(
        _ endpoint: MQTTEndpoint, _ clientID: String, reconnect: ReconnectPolicy = .constant(.milliseconds(50))
    ) -> MQTTSession.Configuration {
        MQTTSession.Configuration(endpoint: endpoint, clientID: clientID, reconnect: reconnect)
    }
}

/// A TCP port of 127.0.0.1 that is listened on and never answers; connections are accepted by the kernel alone.
final class SilentServer: Sendable {
    let port: Int
    private let descriptor: CInt

    init() throws {
        port = try LoopbackPort.findFree()
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let descriptor = descriptor
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(code == 0)
        try #require(listen(descriptor, 16) == 0)
    }

    deinit { close(descriptor) }

    /// Accepts one connection and closes it at once.
    func acceptAndClose() {
        let connection = accept(descriptor, nil, nil)
        close(connection)
    }
}
