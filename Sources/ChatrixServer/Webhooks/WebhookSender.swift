import ChatrixModel
import ChatrixReference
import Logging
import NIOCore
import NIOSSL

/// What the sender takes its work from.
protocol WebhookSource: AnyObject {
    func takeWebhookAttempt() -> WebhookAttempt?
    func finishWebhookAttempt(_ number: Int, succeeded: Bool) -> WebhookQueue.Conclusion?
    func letNextWebhookStart(after number: Int)
    var webhooks: WebhookQueue { get }
    /// The present time as the source counts it: no first attempt falls due after it.
    var now: Timestamp { get }
    /// Whether time passes by itself.
    var isClockReal: Bool { get }
}

/// Makes the attempts of a `WebhookQueue` when they fall due (D-96). Lives on the server's event loop.
final class WebhookSender {
    /// After this time an attempt no longer holds up the next of its subscription.
    static let patience = TimeAmount.seconds(1)

    private struct UnderWay {
        let exchange: WebhookExchange
        let patience: Scheduled<Void>
    }

    private let loop: any EventLoop
    private let logger: Logger
    private let losses: LossReport
    private weak var source: (any WebhookSource)?
    private var underWay: [Int: UnderWay] = [:]
    /// Rings when the next retry falls due on the real clock.
    private var alarm: (due: Timestamp, task: Scheduled<Void>)?
    private var waiters: [(until: Timestamp, promise: EventLoopPromise<Void>)] = []
    private var tlsContext: NIOSSLContext?
    private var isPumping = false
    private var isStopped = false
    private var droppedCountSeen = 0

    init(loop: any EventLoop, logger: Logger) {
        self.loop = loop
        self.logger = logger
        losses = LossReport(of: "webhooks", "deliveries", logger: logger, loop: loop)
    }

    func attach(to source: any WebhookSource) { self.source = source }

    /// Starts what may start now. To be called after whatever adds deliveries, moves the clock or starts over.
    func pump() {
        guard !isPumping, !isStopped, let source,
            source.webhooks.hasSubscriptions || !underWay.isEmpty || !waiters.isEmpty
        else { return }
        isPumping = true
        while let attempt = source.takeWebhookAttempt() { start(attempt, of: source) }
        isPumping = false
        for (number, entry) in underWay where !source.webhooks.isUnderWay(number) {
            forget(number)
            entry.exchange.abandon()
        }
        reportDropped(source)
        setAlarm(source)
        releaseWaiters(source)
    }

    /// When all that is due by now has been attempted, retries that fall due by now included; `nil` if it has been.
    func delivered() -> EventLoopFuture<Void>? {
        guard let source, isOutstanding(until: source.now, source) else { return nil }
        let promise = loop.makePromise(of: Void.self)
        waiters.append((source.now, promise))
        return promise.futureResult
    }

    /// Lets what is due be delivered, at most until the limit, and drops the rest.
    func stop(within limit: TimeAmount) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        guard let delivered = delivered() else {
            end()
            return loop.makeSucceededVoidFuture()
        }
        let ended = loop.makePromise(of: Void.self)
        let alarm = loop.scheduleTask(in: limit) { bound.value.end() }
        delivered.assumeIsolated().whenComplete { _ in
            alarm.cancel()
            self.end()
            ended.succeed()
        }
        return ended.futureResult
    }

    private func end() {
        guard !isStopped else { return }
        isStopped = true
        alarm?.task.cancel()
        alarm = nil
        for (number, entry) in underWay {
            forget(number)
            entry.exchange.abandon()
        }
        if let source {
            let counts = source.webhooks.counts(at: source.now)
            let left = counts.waiting + counts.due
            if left > 0 { logger.warning("webhooks: \(left) deliveries are dropped because the server ends") }
        }
        losses.finish()
        for waiter in waiters { waiter.promise.succeed() }
        waiters = []
    }

    // MARK: Attempts

    private func start(_ attempt: WebhookAttempt, of source: any WebhookSource) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let number = attempt.number
        let exchange = WebhookExchange(attempt, on: loop) { self.ended(attempt, $0) }
        let patience = loop.scheduleTask(in: WebhookSender.patience) {
            bound.value.source?.letNextWebhookStart(after: number)
            bound.value.pump()
        }
        underWay[number] = UnderWay(exchange: exchange, patience: patience)
        exchange.start(makeTLSContext: makeTLSContext)
    }

    private func makeTLSContext() throws -> NIOSSLContext {
        if let tlsContext { return tlsContext }
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        tlsContext = context
        return context
    }

    private func forget(_ number: Int) {
        underWay.removeValue(forKey: number)?.patience.cancel()
    }

    private func ended(_ attempt: WebhookAttempt, _ result: WebhookExchange.Result) {
        forget(attempt.number)
        guard let conclusion = source?.finishWebhookAttempt(attempt.number, succeeded: result.isSuccess) else { return }
        let reason =
            switch result {
            case .answered(let status): "answered \(status)"
            case .failed(let reason): reason
            }
        switch conclusion {
        case .delivered: break
        case .retry(let time):
            logger.debug("webhooks: attempt \(attempt.ordinal) of \(attempt.label): \(reason); next at \(time)")
        case .givenUp:
            losses.add("\(attempt.label) (\(reason))", reason: "given up after \(attempt.ordinal) attempts")
        }
        pump()
    }

    private func reportDropped(_ source: any WebhookSource) {
        let count = source.webhooks.droppedCount
        // A start over begins to count anew.
        if count < droppedCountSeen { droppedCountSeen = 0 }
        for _ in droppedCountSeen..<count {
            losses.add("the oldest", reason: "more than \(WebhookQueue.waitingMax) waited or their webhook was removed")
        }
        droppedCountSeen = count
    }

    // MARK: Time

    private func setAlarm(_ source: any WebhookSource) {
        guard source.isClockReal, let due = source.webhooks.nextDue else {
            alarm?.task.cancel()
            alarm = nil
            return
        }
        if let alarm {
            guard due != alarm.due else { return }
            alarm.task.cancel()
        }
        alarm = nil
        let now = source.now
        // What is due already waits for another attempt to end.
        guard due > now else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let task = loop.scheduleTask(in: .milliseconds(due - now)) {
            bound.value.alarm = nil
            bound.value.pump()
        }
        alarm = (due, task)
    }

    private func isOutstanding(until time: Timestamp, _ source: any WebhookSource) -> Bool {
        guard let earliest = source.webhooks.earliestOutstanding else { return false }
        return earliest <= time
    }

    private func releaseWaiters(_ source: any WebhookSource) {
        guard !waiters.isEmpty else { return }
        var left: [(until: Timestamp, promise: EventLoopPromise<Void>)] = []
        for waiter in waiters {
            if isOutstanding(until: waiter.until, source) { left.append(waiter) } else { waiter.promise.succeed() }
        }
        waiters = left
    }
}

extension WebhookAttempt {
    /// What logs call its delivery.
    fileprivate var label: String { "\(event.rawValue) to \(url)" }
}
