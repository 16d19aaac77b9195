import CLinux
import Glibc
import Synchronization

/// One run of the broker program, from its start to its end.
final class BrokerProcess: Sendable {
    struct State {
        var termination: BrokerTermination?
        /// The last lines of its log.
        var output: [String] = []
        /// Set when it accepted connections; an end before that is a failed start.
        var isReady = false
        /// Set before we end it ourselves.
        var isExpectedToEnd = false
    }

    let processID: pid_t
    let state: Monitor<State>
    private let thread: SystemThread
    private let isJoined = Mutex(false)

    /// Starts `program` with the configuration file at `path`. `log` gets its lines, `onExit` an end that was not
    /// asked for, both on a thread of this process.
    init(
        program: String, configurationPath path: String, orphanGuard: OrphanGuard, nullDevice: CInt,
        log: @escaping @Sendable (String) -> Void, onExit: @escaping @Sendable (BrokerTermination) -> Void
    ) throws(ManagedBrokerError) {
        var pipeEnds: [CInt] = [-1, -1]
        guard pipe2(&pipeEnds, O_CLOEXEC) == 0 else {
            throw .system(operation: "opening a pipe for the broker's log", code: errno)
        }
        let readEnd = pipeEnds[0]
        let writeEnd = try ChildProcess.raised(pipeEnds[1], "a pipe for the broker's log")
        let processID: pid_t
        do {
            defer { close(writeEnd) }
            processID = try ChildProcess.spawn(
                "/bin/sh", ["-c", "echo \"watch $$\" >&3; exec \"$0\" -c \"$1\" 3>&-", program, path],
                files: [nullDevice, nullDevice, writeEnd, orphanGuard.descriptor])
        } catch {
            close(readEnd)
            throw error
        }
        let state = Monitor(State())
        self.processID = processID
        self.state = state
        do {
            thread = try SystemThread(name: "broker-monitor") {
                Self.follow(readEnd, state: state, log: log)
                Self.reap(processID, state: state, onExit: onExit)
            }
        } catch {
            close(readEnd)
            kill(processID, SIGKILL)
            waitpid(processID, nil, 0)
            throw .system(operation: "starting the broker's monitor", code: EAGAIN)
        }
    }

    /// Notes that it accepted a connection; false when it has ended meanwhile.
    func confirmReady() -> Bool {
        state.update { state in
            state.isReady = state.termination == nil
            return state.isReady
        }
    }

    /// Sends SIGTERM, after `limit` SIGKILL, and returns when the process is gone. Further calls do nothing.
    func end(within limit: Duration) {
        isJoined.withLock { isJoined in
            guard !isJoined else { return }
            isJoined = true
            signal(SIGTERM)
            if !state.wait(until: .after(limit), { $0.termination != nil }) { signal(SIGKILL) }
            thread.join()
        }
    }

    private func signal(_ number: CInt) {
        state.update { state in
            state.isExpectedToEnd = true
            // Reaped under the same lock, so the process ID is still its own.
            if state.termination == nil { kill(processID, number) }
        }
    }

    private static func follow(
        _ descriptor: CInt, state: Monitor<State>, log: @Sendable (String) -> Void
    ) {
        defer { close(descriptor) }
        var pending: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        func take(_ line: some Sequence<UInt8>) {
            let text = String(decoding: Array(line), as: UTF8.self)
            state.update { state in
                state.output.append(text)
                if state.output.count > 20 { state.output.removeFirst() }
            }
            log(text)
        }
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            pending.append(contentsOf: chunk[..<count])
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                take(pending[..<end])
                pending.removeFirst(end + 1)
            }
        }
        if !pending.isEmpty { take(pending) }
    }

    private static func reap(
        _ processID: pid_t, state: Monitor<State>, onExit: @Sendable (BrokerTermination) -> Void
    ) {
        var info = siginfo_t()
        while waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let unexpected = state.update { state -> BrokerTermination? in
            var status: CInt = 0
            while waitpid(processID, &status, 0) < 0, errno == EINTR {}
            let termination = ChildProcess.termination(status: status)
            state.termination = termination
            return state.isReady && !state.isExpectedToEnd ? termination : nil
        }
        if let unexpected { onExit(unexpected) }
    }
}
