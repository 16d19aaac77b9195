import Foundation
import Glibc
import Synchronization

/// SIGTERM and SIGINT as something to wait for. A second signal ends the program at once.
struct TerminationSignals {
    private static let writeEnd = Atomic<CInt>(-1)
    private static let count = Atomic<Int>(0)
    private let readEnd: CInt

    /// A failed call of the operating system.
    struct Failure: Error, CustomStringConvertible {
        let operation: String
        let code: CInt

        var description: String { "\(operation): \(String(cString: strerror(code)))" }
    }

    /// Installs the handlers; to be called once.
    static func install() throws -> TerminationSignals {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(operation: "opening a pipe for signals", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        var action = sigaction()
        action.sa_flags = SA_RESTART
        action.__sigaction_handler.sa_handler = { number in
            // Only what POSIX allows in a handler: an atomic, write and _exit.
            if TerminationSignals.count.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
            var byte: UInt8 = 0
            _ = write(TerminationSignals.writeEnd.load(ordering: .relaxed), &byte, 1)
        }
        // A parent may have started this process from a thread that blocks them, and the mask is inherited.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for number in [SIGTERM, SIGINT] { sigaddset(&wanted, number) }
        guard sigprocmask(SIG_UNBLOCK, &wanted, nil) == 0 else {
            throw Failure(operation: "unblocking signals", code: errno)
        }
        for number in [SIGTERM, SIGINT] {
            guard sigaction(number, &action, nil) == 0 else {
                throw Failure(operation: "installing a handler for signal \(number)", code: errno)
            }
        }
        return TerminationSignals(readEnd: ends[0])
    }

    /// Calls `action` on a thread of its own after the first signal.
    func onFirst(_ action: @escaping @Sendable () -> Void) {
        Thread.detachNewThread {
            wait()
            action()
        }
    }

    /// Sends this process SIGTERM once standard input has ended.
    static func raiseWhenInputEnds() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(0, &byte, 1)
                if count == 0 || count < 0 && errno != EINTR { break }
            }
            kill(getpid(), SIGTERM)
        }
    }

    /// Returns after the first signal. Blocks.
    func wait() {
        var byte: UInt8 = 0
        while read(readEnd, &byte, 1) < 0, errno == EINTR {}
    }
}
