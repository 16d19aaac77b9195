import Logging
import NIOCore

/// A connection as the table sees it: one that speaks HTTP, or one that was upgraded.
protocol TableConnection: AnyObject {
    /// Whether the client has used up its time. Called once a tick.
    var isOverdue: Bool { get }

    func closeOverdue()

    /// Ends the connection at once.
    func closeNow()
}

/// What the connections of one server share. Lives on the server's event loop.
///
/// Deadlines are counted in ticks of one repeated task, so that a request reads no clock and schedules no timer.
final class ConnectionTable {
    let limits: HTTPLimits
    let responder: any HTTPResponder
    let logger: Logger
    /// Deadlines in ticks, each at least 1.
    let headerTicks: Int
    let bodyPeriodTicks: Int
    let unreadAnswerTicks: Int
    let lingerTicks: Int
    private let tickInterval: TimeAmount
    private(set) var tick = 0
    private var connections: [ObjectIdentifier: any TableConnection] = [:]
    private var unfinishedBodyBytes = 0
    private var sweep: RepeatedTask?

    init(limits: HTTPLimits, responder: any HTTPResponder, logger: Logger) {
        self.limits = limits
        self.responder = responder
        self.logger = logger
        let shortest = min(limits.headerTime, limits.bodyPeriod, limits.unreadAnswerTime, limits.lingerTime)
        let interval = max(.milliseconds(5), min(.seconds(1), shortest / 4))
        tickInterval = TimeAmount(interval)
        func ticks(_ time: Duration) -> Int { max(1, Int((time / interval).rounded(.up))) }
        headerTicks = ticks(limits.headerTime)
        bodyPeriodTicks = ticks(limits.bodyPeriod)
        unreadAnswerTicks = ticks(limits.unreadAnswerTime)
        lingerTicks = ticks(limits.lingerTime)
    }

    var count: Int { connections.count }

    /// Those that were upgraded and not ended. O(connections).
    var openWebSocketCount: Int { connections.values.count { ($0 as? WebSocketHandler)?.isOpen ?? false } }

    func startSweeping(on loop: any EventLoop) {
        let table = NIOLoopBound(self, eventLoop: loop)
        sweep = loop.scheduleRepeatedTask(initialDelay: tickInterval, delay: tickInterval) { _ in
            table.value.sweepOnce()
        }
    }

    func stopSweeping() {
        sweep?.cancel()
        sweep = nil
    }

    private func sweepOnce() {
        tick += 1
        let overdue = connections.values.filter(\.isOverdue)
        for connection in overdue { connection.closeOverdue() }
    }

    func add(_ connection: any TableConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: any TableConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Ends every connection, whatever it is doing; returns how many there were.
    func closeAll() -> Int {
        let open = Array(connections.values)
        for connection in open { connection.closeNow() }
        return open.count
    }

    /// Accounts for bytes of an unfinished body; false, and nothing is accounted, when they would pass the bound.
    func reserveBodyBytes(_ count: Int) -> Bool {
        guard unfinishedBodyBytes + count <= limits.unfinishedBodyBytesMax else { return false }
        unfinishedBodyBytes += count
        return true
    }

    func releaseBodyBytes(_ count: Int) {
        unfinishedBodyBytes -= count
    }
}
