import ChatrixHistory
import ChatrixMQTT
import ChatrixScenario

/// Where and how a scenario is carried out for real.
package struct LiveConfiguration: Sendable {
    package var http: HTTPBase
    /// Nil: no events are listened to over MQTT; `await` steps of a scenario that listens on nothing else are skipped.
    package var mqtt: MQTTEndpoint?
    package var mqttTLS = MQTTSession.TLS()
    /// Where WebSocket connections are opened; nil: at `/ws` of the API.
    package var webSocket: HTTPBase?
    /// PEM file of the authorities to trust for `https` and `wss`; nil: those of the operating system.
    package var httpCAFile: String?
    /// Accept any certificate under any name. Only for tests.
    package var httpAcceptsAnyCertificate = false
    package var plan = Plan.Options()
    /// Between two calls of `LiveObserver.progress`, nanoseconds.
    package var progressInterval: Int64 = 1_000_000_000
    /// Between two calls of `LiveObserver.history`, nanoseconds.
    package var historyInterval: Int64 = 250_000_000

    /// Whether `LiveResult.history` holds the records too, beside `LiveObserver.history`.
    package var keepsHistory = true

    package init(http: HTTPBase, mqtt: MQTTEndpoint?) {
        self.http = http
        self.mqtt = mqtt
    }

    var webSocketBase: HTTPBase {
        if let webSocket { return webSocket }
        var base = http
        base.prefix += "/ws"
        return base
    }
}

/// How a live run is watched. The functions are called on the thread that drives the load: they have to hand on what they get
/// and return at once.
package struct LiveObserver: Sendable {
    /// How far the run is, about once a second.
    package var progress: @Sendable (LiveProgress) -> Void
    /// What the history gained, in its order; together all batches are the history.
    package var history: @Sendable (History.Batch) -> Void
    /// The circumstances of the run, whenever they changed; before the records that follow the change.
    package var run: @Sendable (History.Run) -> Void

    package init(
        progress: @escaping @Sendable (LiveProgress) -> Void = { _ in },
        history: @escaping @Sendable (History.Batch) -> Void = { _ in },
        run: @escaping @Sendable (History.Run) -> Void = { _ in }
    ) {
        self.progress = progress
        self.history = history
        self.run = run
    }
}

/// How far a run is.
package struct LiveProgress: Sendable {
    package var stage: Engine.Stage
    /// Nanoseconds since the start of the run.
    package var elapsed: Int64
    /// Nanoseconds of the load so far, and in all.
    package var loadElapsed: Int64
    package var loadDuration: Int64
    /// Name of the phase of the load; nil outside.
    package var phase: String?
    package var userCount: Int
    package var counters: Counters
    package var connections = Connections()

    /// The connections of all clients, as they are now.
    package struct Connections: Sendable, Hashable {
        package var httpOpen = 0
        /// Event sessions that are subscribed.
        package var mqttUp = 0
        package var webSocketUp = 0
        /// Waiting for their turn to connect, or connecting.
        package var waiting = 0
        /// Event sessions that wait for their next attempt after a failure.
        package var waitingToRetry = 0
        /// Connections and sessions opened since the start of the run, and per second since the last report.
        package var opened = 0
        package var openedPerSecond = 0.0
    }
}

/// How a live run ended.
package struct LiveResult: Sendable {
    /// Everything that happened, or, if nobody wanted it kept, only the circumstances of the run.
    package var history: History
    package var counters: Counters
    /// Names for `History.Operation.flow`.
    package var flowNames: [String]
    /// Why the load never began; nil unless setup failed.
    package var setupFailure: String?
    /// The first reasons for which single users could not be set up.
    package var setupProblems: [String]
}

/// Why a live run could not begin.
package enum LiveError: Error, Sendable, CustomStringConvertible {
    case unresolvable(host: String, reason: String)
    case tls(String)
    /// A run is carried out once.
    case alreadyRun

    package var description: String {
        switch self {
        case .unresolvable(let host, let reason): "host \"\(host)\" cannot be resolved: \(reason)"
        case .tls(let reason): "TLS for HTTP: \(reason)"
        case .alreadyRun: "the run was begun before"
        }
    }
}
