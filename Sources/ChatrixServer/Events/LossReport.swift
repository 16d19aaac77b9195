import Logging
import NIOCore
import Synchronization

/// Tells which publications or deliveries were lost: by name, but at most a line a second, and a total at the end.
final class LossReport: Sendable {
    private struct Account {
        var totalCount = 0
        /// Since the last line.
        var unreportedCount = 0
        var names: [String] = []
        var reason = ""
        var isLineDue = false
    }

    private static let namesPerLine = 5
    private static let lineInterval = TimeAmount.seconds(1)

    private let account = Mutex(Account())
    /// What lines begin with.
    private let subject: String
    /// What is lost, in the plural.
    private let things: String
    private let logger: Logger
    private let loop: any EventLoop

    init(of subject: String, _ things: String, logger: Logger, loop: any EventLoop) {
        self.subject = subject
        self.things = things
        self.logger = logger
        self.loop = loop
    }

    var totalCount: Int { account.withLock { $0.totalCount } }

    /// Counts the loss of what is called `name`. Called from any thread.
    func add(_ name: String, reason: String) {
        let startsLine = account.withLock { account in
            account.totalCount += 1
            account.unreportedCount += 1
            if account.names.count < LossReport.namesPerLine { account.names.append(name) }
            account.reason = reason
            defer { account.isLineDue = true }
            return !account.isLineDue
        }
        if startsLine { loop.scheduleTask(in: LossReport.lineInterval) { self.writeLine() } }
    }

    /// Writes what is not written yet, and the total if anything was lost.
    func finish() {
        writeLine()
        if totalCount > 0 { logger.error("\(subject): \(totalCount) \(things) were lost in all") }
    }

    private func writeLine() {
        let line = account.withLock { account -> String? in
            account.isLineDue = false
            guard account.unreportedCount > 0 else { return nil }
            let more = account.unreportedCount - account.names.count
            let names = account.names.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
            let line = "\(subject): lost \(account.unreportedCount) \(things), \(account.reason): \(names)"
            account.unreportedCount = 0
            account.names = []
            return line
        }
        if let line { logger.error("\(line)") }
    }
}
