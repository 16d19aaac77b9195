import ChatrixMQTT
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Keeps a managed broker running: one that ends by itself is started again on its port.
final class BrokerSupervisor: Sendable {
    /// As long as clients wait between two attempts to connect (D-58).
    static let restartInterval = TimeAmount.seconds(5)

    private struct State {
        var broker: ManagedBroker?
        var isStopped = false
        var afterRestart: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())
    private let logger: Logger
    private let loop: any EventLoop
    /// A restart blocks for some milliseconds.
    private let threads: NIOThreadPool

    private init(logger: Logger, loop: any EventLoop, threads: NIOThreadPool) {
        self.logger = logger
        self.loop = loop
        self.threads = threads
    }

    /// Starts a broker on `port`, 0 for a free one, and returns when it accepts connections. Throws `ManagedBrokerError`.
    static func start(
        port: Int, logger: Logger, loop: any EventLoop, threads: NIOThreadPool
    ) throws -> BrokerSupervisor {
        let supervisor = BrokerSupervisor(logger: logger, loop: loop, threads: threads)
        let broker = try ManagedBroker.start(
            ManagedBroker.Configuration(port: port), log: { logger.debug("mosquitto: \($0)") },
            onExit: { [weak supervisor] in supervisor?.brokerEnded($0) })
        supervisor.state.withLock { $0.broker = broker }
        return supervisor
    }

    /// Nil after `stop()`.
    var broker: ManagedBroker? { state.withLock { $0.broker } }

    /// Sets what is called on another thread when there is a broker again.
    func onRestart(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.afterRestart = body }
    }

    func stop() {
        let broker = state.withLock { state in
            state.isStopped = true
            defer { state.broker = nil }
            return state.broker
        }
        broker?.stop()
    }

    private func brokerEnded(_ termination: BrokerTermination) {
        guard !state.withLock(\.isStopped) else { return }
        logger.error("MQTT: the managed broker \(termination); starting it again in 5 s, events wait")
        scheduleRestart()
    }

    private func scheduleRestart() {
        loop.scheduleTask(in: BrokerSupervisor.restartInterval) { self.threads.submit { _ in self.restart() } }
    }

    private func restart() {
        guard let broker = state.withLock(\.broker) else { return }
        do throws(ManagedBrokerError) {
            try broker.restart()
            logger.notice("MQTT: the managed broker runs again on port \(broker.port)")
        } catch .stopped {
            return
        } catch .portTaken(let port) {
            logger.warning("MQTT: port \(port) is now taken by another program, which serves as the broker from now on")
        } catch {
            logger.error("MQTT: the managed broker does not start: \(error); next attempt in 5 s")
            scheduleRestart()
            return
        }
        state.withLock(\.afterRestart)()
    }
}
