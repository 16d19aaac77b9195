import ChatrixHistory
import ChatrixModel
import GRDB

/// The shape of `run.sqlite`; described for users in `docs/reports.md`.
package enum RunStore {
    /// Kept in the table `run` as `schema_version`; goes up with every change that readers notice.
    static let version = "2"

    static let tables = """
        CREATE TABLE run (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE users (number INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, username TEXT NOT NULL);
        CREATE TABLE phases (n INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, start_ns INTEGER NOT NULL,
            end_ns INTEGER NOT NULL, warm_up INTEGER NOT NULL);
        CREATE TABLE operations (
            n INTEGER NOT NULL PRIMARY KEY, id INTEGER NOT NULL, user INTEGER NOT NULL, device INTEGER NOT NULL,
            request TEXT NOT NULL, phase TEXT NOT NULL, flow INTEGER NOT NULL, step INTEGER NOT NULL,
            scheduled_ns INTEGER NOT NULL, sent_ns INTEGER NOT NULL, completed_ns INTEGER NOT NULL,
            outcome TEXT NOT NULL, status INTEGER, reason TEXT, partner INTEGER, conversation TEXT, message TEXT,
            created_at TEXT, content_digest INTEGER NOT NULL, preview_digest INTEGER NOT NULL,
            further_page INTEGER NOT NULL);
        CREATE TABLE deliveries (
            n INTEGER NOT NULL PRIMARY KEY, user INTEGER NOT NULL, device INTEGER NOT NULL, channel TEXT NOT NULL,
            at_ns INTEGER NOT NULL, kind TEXT NOT NULL, topic_user TEXT, conversation TEXT, message TEXT, actor TEXT,
            stamp TEXT, count INTEGER NOT NULL, call TEXT, content_digest INTEGER NOT NULL,
            payload_digest INTEGER NOT NULL, note TEXT);
        CREATE TABLE session_changes (
            n INTEGER NOT NULL PRIMARY KEY, user INTEGER NOT NULL, device INTEGER NOT NULL, channel TEXT NOT NULL,
            at_ns INTEGER NOT NULL, is_up INTEGER NOT NULL, reason TEXT NOT NULL);
        CREATE TABLE observations (
            n INTEGER NOT NULL PRIMARY KEY, operation INTEGER NOT NULL, kind TEXT NOT NULL, conversation TEXT NOT NULL,
            message TEXT, sender TEXT, created_at TEXT, content_digest INTEGER NOT NULL, status TEXT,
            unread_count INTEGER NOT NULL);
        CREATE TABLE processes (
            at_ns INTEGER NOT NULL, process TEXT NOT NULL, cpu_seconds REAL NOT NULL, resident_bytes INTEGER NOT NULL);
        CREATE TABLE guarantees (
            name TEXT NOT NULL PRIMARY KEY, verdict TEXT NOT NULL, violations INTEGER NOT NULL, promise TEXT NOT NULL,
            remarks TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE thresholds (
            text TEXT NOT NULL, metric TEXT NOT NULL, state TEXT NOT NULL, measured REAL, bound REAL NOT NULL,
            quantity TEXT NOT NULL);
        CREATE TABLE violations (
            id INTEGER NOT NULL PRIMARY KEY, guarantee TEXT NOT NULL, statement TEXT NOT NULL);
        CREATE TABLE violation_entries (
            violation INTEGER NOT NULL REFERENCES violations (id), position INTEGER NOT NULL, at_ns INTEGER NOT NULL,
            user INTEGER NOT NULL, what TEXT NOT NULL, PRIMARY KEY (violation, position)) WITHOUT ROWID;
        CREATE TABLE series (
            second INTEGER NOT NULL PRIMARY KEY, seconds INTEGER NOT NULL, requests INTEGER NOT NULL,
            failed INTEGER NOT NULL, messages INTEGER NOT NULL, events INTEGER NOT NULL, http_med_ms REAL,
            http_p95_ms REAL, http_p99_ms REAL, delivery_med_ms REAL, delivery_p95_ms REAL, delivery_p99_ms REAL,
            lag_max_ms REAL NOT NULL, disconnects INTEGER NOT NULL);
        CREATE VIEW message_path AS
            SELECT o.message, o.user AS sender, d.user AS recipient, d.device AS recipient_device, d.channel,
                o.conversation, o.created_at, o.scheduled_ns / 1e6 AS scheduled_ms,
                (o.sent_ns - o.scheduled_ns) / 1e6 AS waited_ms, (o.completed_ns - o.sent_ns) / 1e6 AS answered_ms,
                (d.at_ns - o.sent_ns) / 1e6 AS arrived_ms, (d.at_ns - o.completed_ns) / 1e6 AS after_answer_ms,
                (d.at_ns - o.scheduled_ns) / 1e6 AS total_ms,
                (SELECT count(*) FROM session_changes s WHERE s.user = d.user AND s.device = d.device
                    AND s.channel = d.channel AND s.at_ns > o.scheduled_ns AND s.at_ns <= d.at_ns) AS session_changes
            FROM operations o JOIN deliveries d ON d.message = o.message AND d.kind = 'message'
            WHERE o.request IN ('send', 'websocket message') AND o.outcome = 'accepted';
        """

    /// Made after the run, when they cost the load nothing.
    static let indices = """
        CREATE INDEX operations_by_message ON operations (message) WHERE message IS NOT NULL;
        CREATE INDEX operations_by_conversation ON operations (conversation, sent_ns);
        CREATE INDEX operations_by_user ON operations (user, sent_ns);
        CREATE INDEX deliveries_by_message ON deliveries (message) WHERE message IS NOT NULL;
        CREATE INDEX deliveries_by_conversation ON deliveries (conversation, at_ns);
        CREATE INDEX deliveries_by_user ON deliveries (user, at_ns);
        CREATE INDEX session_changes_by_user ON session_changes (user, at_ns);
        CREATE INDEX observations_by_operation ON observations (operation);
        """

    /// The statement that adds a row with `columns` columns.
    static func insert(into table: String, columns: Int) -> String {
        "INSERT INTO \(table) VALUES (" + Array(repeating: "?", count: columns).joined(separator: ", ") + ")"
    }

    static let insertUser = insert(into: "users", columns: 3)
    static let insertOperation = insert(into: "operations", columns: 21)
    static let insertDelivery = insert(into: "deliveries", columns: 16)
    static let insertSessionChange = insert(into: "session_changes", columns: 7)
    static let insertObservation = insert(into: "observations", columns: 10)
    static let insertProcess = insert(into: "processes", columns: 4)
    static let insertStretch = insert(into: "series", columns: 14)
}

// MARK: - Values of columns

extension History.Operation.Phase {
    var name: String {
        switch self {
        case .setup: "setup"
        case .load: "load"
        case .settle: "settle"
        case .audit: "audit"
        }
    }

    init?(name: String) {
        switch name {
        case "setup": self = .setup
        case "load": self = .load
        case "settle": self = .settle
        case "audit": self = .audit
        default: return nil
        }
    }
}

extension History.Operation.Request {
    /// The inverse of `name`.
    init?(name: String) {
        if let endpoint = Endpoint.Name(rawValue: name) {
            self = .http(endpoint)
        } else if name.hasPrefix("websocket "), let action = SocketAction(rawValue: String(name.dropFirst(10))) {
            self = .socket(action)
        } else {
            return nil
        }
    }
}

extension History.Operation.Result {
    /// The columns `outcome`, `status` and `reason`.
    var columns: (outcome: String, status: Int?, reason: String?) {
        switch self {
        case .accepted(let status): ("accepted", status, nil)
        case .refused(let status): ("refused", status, nil)
        case .unreadable(let status, let reason): ("unreadable", status, reason)
        case .lost(let reason): ("lost", nil, reason)
        }
    }

    init?(outcome: String, status: Int?, reason: String?) {
        switch (outcome, status) {
        case ("accepted", let status?): self = .accepted(status: status)
        case ("refused", let status?): self = .refused(status: status)
        case ("unreadable", let status?): self = .unreadable(status: status, reason: reason ?? "")
        case ("lost", _): self = .lost(reason: reason ?? "")
        default: return nil
        }
    }
}

extension History.Generator {
    /// Every field by its name in the table `run`.
    var fields: [(name: String, value: Int64)] {
        [
            ("users_failed", Int64(usersFailed)), ("arrivals_delayed", Int64(arrivalsDelayed)),
            ("arrivals_dropped", Int64(arrivalsDropped)), ("awaits_timed_out", Int64(awaitsTimedOut)),
            ("due_steps", Int64(dueSteps)), ("late_steps", Int64(lateSteps)), ("lag_max_ns", lagMax),
            ("saturated", isSaturated ? 1 : 0),
        ]
    }

    /// Sets a field by its name; other names are ignored.
    subscript(_ name: String) -> Int64 {
        get { fields.first { $0.name == name }?.value ?? 0 }
        set {
            switch name {
            case "users_failed": usersFailed = Int(newValue)
            case "arrivals_delayed": arrivalsDelayed = Int(newValue)
            case "arrivals_dropped": arrivalsDropped = Int(newValue)
            case "awaits_timed_out": awaitsTimedOut = Int(newValue)
            case "due_steps": dueSteps = Int(newValue)
            case "late_steps": lateSteps = Int(newValue)
            case "lag_max_ns": lagMax = newValue
            case "saturated": isSaturated = newValue != 0
            default: break
            }
        }
    }
}
