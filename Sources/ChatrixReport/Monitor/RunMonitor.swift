import ChatrixCheck
import ChatrixHistory
import Dispatch
import Foundation
import Synchronization

/// Watches a run: stores, judges and measures its records while they come in, says how it stands, and ends it when a threshold
/// that asks for it is crossed.
///
/// Live runs hand their records to a thread of its own. Up to `waitingRecordsMax` records wait for it (about 150 MB); a load that
/// is faster for longer than that is held up, which shows as lag of the generator and in `heldUpSeconds`. In virtual time
/// everything happens in the call.
package final class RunMonitor: Sendable {
    package enum Pace: Sendable { case inCall, onThread }

    package static let waitingRecordsMax = 500_000

    /// Records that are handed on together, and the time they may span, where there is no thread.
    private static let batchRecords = 4096
    private static let batchNanoseconds: Int64 = 1_000_000_000
    private static let lookInterval: Int64 = 1_000_000_000

    private struct State {
        var pipeline: RunPipeline
        /// Gathered until there are enough of them.
        var gathered = History.Batch()
        var gatheredSince: Int64 = 0
        var nextLook: Int64 = RunMonitor.lookInterval
    }

    private struct View {
        var snapshot = RunSnapshot()
        var abortedBy: String?
    }

    private let pace: Pace
    private let waitingMax: Int
    private let onAbort: @Sendable (String) -> Void
    private let state: Mutex<State>
    private let view = Mutex(View())
    private let thread = DispatchQueue(label: "chatrix.run-monitor", qos: .utility)
    private let room = Room()

    /// `recorder`: the store, if one is wanted. `onAbort` gets the threshold that ends the run, once.
    package init(
        _ run: History.Run, recorder: RunRecorder?, thresholds: [Threshold], pace: Pace,
        settings: Judge.Settings = Judge.Settings(), waitingRecordsMax: Int = RunMonitor.waitingRecordsMax,
        onAbort: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.pace = pace
        self.onAbort = onAbort
        waitingMax = waitingRecordsMax
        state = Mutex(
            State(pipeline: RunPipeline(run, recorder: recorder, thresholds: thresholds, settings: settings)))
    }

    /// Takes the circumstances of the run as they are now: each phase has to be known before the records of its operations.
    package func update(_ run: History.Run) {
        switch pace {
        case .inCall:
            state.withLock { state in
                handOn(&state)
                state.pipeline.update(run)
            }
        case .onThread: thread.async { [self] in state.withLock { $0.pipeline.update(run) } }
        }
    }

    /// Takes what the history gained, in its order.
    package func append(_ batch: History.Batch) {
        guard !batch.isEmpty else { return }
        switch pace {
        case .inCall:
            state.withLock { state in
                state.gathered.append(batch)
                if state.gathered.recordCount >= RunMonitor.batchRecords { handOn(&state) }
            }
        case .onThread:
            let count = batch.recordCount
            room.enter(count, of: waitingMax)
            thread.async { [self] in
                state.withLock { state in
                    state.pipeline.add(batch)
                    lookIfDue(&state)
                }
                room.leave(count)
            }
        }
    }

    /// Takes a look at a process of the run.
    package func append(_ sample: ProcessSample) {
        switch pace {
        case .inCall: state.withLock { $0.pipeline.add(sample) }
        case .onThread: thread.async { [self] in state.withLock { $0.pipeline.add(sample) } }
        }
    }

    /// Tells how far virtual time is; returns whether a threshold ends the run.
    package func advance(to time: Int64) -> Bool {
        state.withLock { state in
            if time - state.gatheredSince >= RunMonitor.batchNanoseconds {
                handOn(&state)
                state.gatheredSince = time
            }
        }
        return abortedBy != nil
    }

    /// The run as it stood about a second ago; in virtual time as it stands.
    package var snapshot: RunSnapshot {
        switch pace {
        case .inCall: state.withLock { $0.pipeline.snapshot() }
        case .onThread: view.withLock { $0.snapshot }
        }
    }

    /// The threshold that ended the run.
    package var abortedBy: String? { view.withLock { $0.abortedBy } }

    /// How long the load had to wait for the disk and the judge.
    package var heldUpSeconds: Double { room.heldUpSeconds }

    /// Waits for what is under way and sums the run up; call once. A run that a threshold ended is marked as such, and not as
    /// interrupted unless `isInterrupted`.
    package func finish(_ run: History.Run, _ environment: RunEnvironment, isInterrupted: Bool) -> RunReport {
        var run = run
        if let abortedBy {
            run.abortedBy = abortedBy
            run.isInterrupted = isInterrupted
        }
        thread.sync {}
        return state.withLock { state in
            handOn(&state)
            return state.pipeline.finish(run, environment)
        }
    }

    private func handOn(_ state: inout State) {
        guard !state.gathered.isEmpty else { return }
        let batch = state.gathered
        state.gathered = History.Batch()
        state.pipeline.add(batch)
        lookIfDue(&state)
    }

    private func lookIfDue(_ state: inout State) {
        let time = state.pipeline.time
        guard time >= state.nextLook else { return }
        state.nextLook = time - time % RunMonitor.lookInterval + RunMonitor.lookInterval
        // Who watches a run in its own call may ask at any time; nobody is in the way of anybody.
        let snapshot = pace == .onThread ? state.pipeline.snapshot() : nil
        let crossed = state.pipeline.abortReason?.threshold.description
        let isNew = view.withLock { view in
            if let snapshot { view.snapshot = snapshot }
            guard view.abortedBy == nil, let crossed else { return false }
            view.abortedBy = crossed
            return true
        }
        if isNew, let crossed { onAbort(crossed) }
    }
}

/// A bounded number of records on their way from one thread to another.
private final class Room: Sendable {
    private struct State {
        var waiting = 0
        var heldUp = Duration.zero
    }

    private let state = Mutex(State())
    private let changed = NSCondition()

    var heldUpSeconds: Double { state.withLock { $0.heldUp } / .seconds(1) }

    /// Waits until `count` more fit, or nothing is left in the way.
    func enter(_ count: Int, of limit: Int) {
        func fits() -> Bool {
            state.withLock { state in
                guard state.waiting == 0 || state.waiting + count <= limit else { return false }
                state.waiting += count
                return true
            }
        }
        if fits() { return }
        let start = ContinuousClock.now
        changed.lock()
        while !fits() { changed.wait() }
        changed.unlock()
        state.withLock { $0.heldUp += ContinuousClock.now - start }
    }

    func leave(_ count: Int) {
        changed.lock()
        state.withLock { $0.waiting -= count }
        changed.broadcast()
        changed.unlock()
    }
}
