import ChatrixModel

/// The control commands of notifications (D-100).
extension ReferenceAPI {
    mutating func carryOutNotifications(
        _ command: ControlCommand, _ fields: ControlFields
    ) throws(Refusal) -> [UInt8] {
        let user = try user(fields, "user_id")
        var ids: [NotificationID]?
        if let field = fields.raw("ids"), !field.isNull {
            let found = field.array?.compactMap { $0.id(of: Entity.Notification.self) }
            guard let found, found.count == field.array?.count else { throw Refusal.invalidField("ids") }
            ids = found
        }
        try backend.readNotifications(of: user, ids)
        return ControlFields.emptyAnswer
    }
}
