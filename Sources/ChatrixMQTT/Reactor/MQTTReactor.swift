import Glibc
import Synchronization

/// How far the sessions of a reactor have come.
package struct MQTTProgress: Sendable, Equatable {
    package var sessions = 0
    package var connected = 0
    /// In the middle of a handshake; never more than `MQTTReactor.Configuration.concurrentHandshakes`.
    package var connecting = 0
    /// Waiting for their turn to connect.
    package var queued = 0
    /// Waiting for the next attempt after a failure.
    package var waitingToRetry = 0

    package init() {}
}

/// One thread that drives thousands of MQTT sessions over epoll.
///
/// Every operation may be called from any thread. Events come on the reactor's thread, collected per epoll round;
/// whatever the handler does there delays all sessions, so it should hand the batch on and return.
package final class MQTTReactor: Sendable {
    package struct Configuration: Sendable {
        /// Handshakes at a time. mosquitto listens with a backlog of 100; connections beyond it wait whole seconds for
        /// the retransmission of their SYN.
        package var concurrentHandshakes: Int

        package init(concurrentHandshakes: Int = 50) {
            self.concurrentHandshakes = max(1, concurrentHandshakes)
        }
    }

    package typealias Handler = @Sendable (_ events: [MQTTEvent]) -> Void

    private let mailbox: ReactorMailbox
    private let board: ProgressBoard
    private let thread: SystemThread
    private let isJoined = Mutex(false)

    private init(mailbox: ReactorMailbox, board: ProgressBoard, thread: SystemThread) {
        self.mailbox = mailbox
        self.board = board
        self.thread = thread
    }

    /// Starts the thread. `handler` receives the events of all sessions but those of an `MQTTPublisher`.
    ///
    /// The caller must call `stop()`. Throws `MQTTError.system` or `.library`.
    package static func start(
        _ configuration: Configuration = Configuration(), handler: @escaping Handler = { _ in }
    ) throws(MQTTError) -> MQTTReactor {
        try LibMosquitto.initialize()
        let mailbox = try ReactorMailbox()
        let board = ProgressBoard()
        let poller = try Poller()
        try poller.add(mailbox.wakeDescriptor, .read, key: ReactorLoop.wakeKey)
        let thread = try SystemThread(name: "mqtt-reactor") {
            let loop = ReactorLoop(
                configuration: configuration, poller: poller, mailbox: mailbox, board: board, handler: handler)
            loop.run()
        }
        return MQTTReactor(mailbox: mailbox, board: board, thread: thread)
    }

    /// A snapshot, at most one epoll round old.
    package var progress: MQTTProgress { board.progress.withLock { $0 } }

    /// Adds a session, which starts to connect when its turn comes.
    ///
    /// `tag` is for the caller's own use. Throws what is wrong with the configuration or a filter.
    package func add(
        _ configuration: MQTTSession.Configuration, tag: Int = 0, subscriptions: [MQTTSubscription] = []
    ) throws(MQTTError) -> MQTTSession {
        try add(configuration, tag: tag, subscriptions: subscriptions, observer: nil)
    }

    func add(
        _ configuration: MQTTSession.Configuration, tag: Int, subscriptions: [MQTTSubscription],
        observer: (any SessionObserver)?
    ) throws(MQTTError) -> MQTTSession {
        try configuration.validate()
        for subscription in subscriptions { try subscription.validate() }
        let session = MQTTSession(tag: tag, configuration: configuration, mailbox: mailbox)
        guard mailbox.post(.add(session, subscriptions, observer)) else {
            throw .sessionClosed(clientID: configuration.clientID)
        }
        return session
    }

    /// Writes what is queued, says good-bye to the broker on every session, ends the thread and waits for it.
    ///
    /// Sessions that are not done at the deadline are cut off; their publications are reported as lost. The handler
    /// gets its last batch before this returns. Must not be called from the handler. Further calls do nothing.
    package func stop(within deadline: Duration = .seconds(5)) {
        isJoined.withLock { isJoined in
            guard !isJoined else { return }
            isJoined = true
            mailbox.post(.stop(deadline: .after(deadline)))
            thread.join()
        }
    }
}

/// Where the reactor's thread writes its progress for others.
final class ProgressBoard: Sendable {
    let progress = Mutex(MQTTProgress())
}
