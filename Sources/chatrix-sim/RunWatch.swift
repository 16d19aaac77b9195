import ChatrixLive
import ChatrixMQTT
import ChatrixReport
import ChatrixScenario
import Synchronization

/// Looks at a live run about once a second: what its processes use, and how it stands for those who watch.
final class RunWatch: Sendable {
    private struct State {
        var operationsCompleted = 0
        var deliveries = 0
        var elapsed: Int64 = 0
        var residentBytesMax: Int
    }

    private let monitor: RunMonitor
    private let server: Int32?
    private let view: ProgressView?
    private let residentBytesAtStart: Int
    private let state: Mutex<State>

    init(_ monitor: RunMonitor, _ server: ReferenceProcess?, view: ProgressView?) {
        self.monitor = monitor
        self.server = server?.identifier
        self.view = view
        residentBytesAtStart = ProcessAccount()?.residentBytes ?? 0
        state = Mutex(State(residentBytesMax: residentBytesAtStart))
    }

    var residentBytesMax: Int { state.withLock { $0.residentBytesMax } }
    /// What came on top of the start.
    var residentBytesGrowth: Int { residentBytesMax - residentBytesAtStart }

    func look(_ progress: LiveProgress) {
        sample(progress.elapsed)
        guard let view else { return }
        let counters = progress.counters
        let rates: (requests: Double, events: Double)? = state.withLock { state in
            let seconds = Double(progress.elapsed - state.elapsed) / 1e9
            guard seconds > 0 else { return nil }
            defer {
                state.operationsCompleted = counters.operationsCompleted
                state.deliveries = counters.deliveries
                state.elapsed = progress.elapsed
            }
            return (
                Double(counters.operationsCompleted - state.operationsCompleted) / seconds,
                Double(counters.deliveries - state.deliveries) / seconds
            )
        }
        if let rates { view.show(progress, rates, monitor.snapshot) }
    }

    func finish() { view?.finish() }

    private func sample(_ elapsed: Int64) {
        func note(_ process: ProcessSample.Process, _ account: ProcessAccount?) {
            guard let account else { return }
            monitor.append(
                ProcessSample(
                    at: elapsed, process: process, cpuSeconds: account.processorSeconds,
                    residentBytes: account.residentBytes))
        }
        let own = ProcessAccount()
        note(.generator, own)
        if let server { note(.server, ProcessAccount(of: server)) }
        state.withLock { $0.residentBytesMax = max($0.residentBytesMax, own?.residentBytes ?? 0) }
    }
}
