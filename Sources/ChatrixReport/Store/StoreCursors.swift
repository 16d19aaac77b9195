import ChatrixHistory
import ChatrixModel
import GRDB

/// The tables of records, read side by side in the order of time.
struct StoreCursors {
    private let path: String
    private var users: [History.User]
    private let operationRows: RowCursor
    private let deliveryRows: RowCursor
    private let changeRows: RowCursor
    private let observationRows: RowCursor
    private var operation: History.Operation?
    private var delivery: History.Delivery?
    private var change: History.SessionChange?
    private var observation: History.Observation?

    init(_ database: Database, _ path: String) throws {
        self.path = path
        users = try Row.fetchAll(database, sql: "SELECT number, id, username FROM users ORDER BY number").map { row in
            guard let id = UserID(row[1] as String) else { throw StoreCursors.invalid("users", row, path) }
            return History.User(number: row[0], id: id, username: row[2])
        }
        operationRows = try Row.fetchCursor(database, sql: "SELECT * FROM operations ORDER BY n")
        deliveryRows = try Row.fetchCursor(database, sql: "SELECT * FROM deliveries ORDER BY n")
        changeRows = try Row.fetchCursor(database, sql: "SELECT * FROM session_changes ORDER BY n")
        observationRows = try Row.fetchCursor(database, sql: "SELECT * FROM observations ORDER BY n")
        operation = try nextOperation()
        delivery = try nextDelivery()
        change = try nextChange()
        observation = try nextObservation()
    }

    /// About as many records as `rows`, the users first; `nil` at the end.
    mutating func nextBatch(rows: Int) throws -> History.Batch? {
        var batch = History.Batch(users: users)
        users = []
        while batch.recordCount < rows {
            let times = (change?.at ?? .max, operation?.completed ?? .max, delivery?.at ?? .max)
            let next = min(times.0, times.1, times.2)
            // At one time, as the engine takes them: sessions, answers, events.
            if let first = change, first.at == next {
                batch.sessionChanges.append(first)
                change = try nextChange()
            } else if let first = operation, first.completed == next {
                batch.operations.append(first)
                while let row = observation, row.operation == first.id {
                    batch.observations.append(row)
                    observation = try nextObservation()
                }
                operation = try nextOperation()
            } else if let first = delivery {
                batch.deliveries.append(first)
                delivery = try nextDelivery()
            } else {
                break
            }
        }
        return batch.isEmpty ? nil : batch
    }

    private static func invalid(_ table: String, _ row: Row, _ path: String) -> RunFolder.Failure {
        RunFolder.Failure(operation: "read", subject: path, cause: "table \(table) has an impossible row \(row.copy())")
    }

    private func identifier<Entity>(_ text: String?) -> ID<Entity>? { text.flatMap { ID($0) } }

    private func timestamp(_ text: String?) -> Timestamp? { text.flatMap { Timestamp($0) } }

    private func digest(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) }

    private func nextOperation() throws -> History.Operation? {
        guard let row = try operationRows.next() else { return nil }
        guard let request = History.Operation.Request(name: row[4]),
            let phase = History.Operation.Phase(name: row[5]),
            let result = History.Operation.Result(outcome: row[11], status: row[12], reason: row[13])
        else { throw StoreCursors.invalid("operations", row, path) }
        var operation = History.Operation(
            id: row[1], user: row[2], endpoint: .send, phase: phase, flow: row[6], step: row[7], scheduled: row[8],
            sent: row[9], completed: row[10], result: result, partner: row[14], conversation: identifier(row[15]),
            message: identifier(row[16]), createdAt: timestamp(row[17]), contentDigest: digest(row[18]))
        operation.device = row[3]
        operation.request = request
        operation.previewDigest = digest(row[19])
        operation.isFurtherPage = row[20]
        return operation
    }

    private func nextDelivery() throws -> History.Delivery? {
        guard let row = try deliveryRows.next() else { return nil }
        guard let channel = History.Channel(rawValue: row[3]), let kind = History.Delivery.Kind(rawValue: row[5])
        else { throw StoreCursors.invalid("deliveries", row, path) }
        var delivery = History.Delivery(
            user: row[1], at: row[4], kind: kind, topicUser: identifier(row[6]), conversation: identifier(row[7]),
            message: identifier(row[8]), actor: identifier(row[9]), stamp: timestamp(row[10]), count: row[11],
            payloadDigest: digest(row[14]), note: row[15])
        delivery.device = row[2]
        delivery.channel = channel
        delivery.call = identifier(row[12])
        delivery.contentDigest = digest(row[13])
        return delivery
    }

    private func nextChange() throws -> History.SessionChange? {
        guard let row = try changeRows.next() else { return nil }
        guard let channel = History.Channel(rawValue: row[3]) else {
            throw StoreCursors.invalid("session_changes", row, path)
        }
        var change = History.SessionChange(user: row[1], at: row[4], isUp: row[5], reason: row[6])
        change.device = row[2]
        change.channel = channel
        return change
    }

    private func nextObservation() throws -> History.Observation? {
        guard let row = try observationRows.next() else { return nil }
        guard let kind = History.Observation.Kind(rawValue: row[2]),
            let conversation: ConversationID = identifier(row[3])
        else { throw StoreCursors.invalid("observations", row, path) }
        return History.Observation(
            operation: row[1], kind: kind, conversation: conversation, message: identifier(row[4]),
            sender: identifier(row[5]), createdAt: timestamp(row[6]), contentDigest: digest(row[7]),
            status: (row[8] as String?).flatMap { Message.Status(name: $0) }, unreadCount: row[9])
    }
}
