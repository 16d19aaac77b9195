import ChatrixModel

extension StepDeclaration {
    static let notifications = [
        StepDeclaration(
            "notifications", area: "Notifications", "Reads a page of the own notifications.",
            keys: PageKeys.keys(
                limitMax: Limits.notificationPageMax, limitDefault: Limits.notificationPageDefault,
                before: "before this notification"
            ) + [
                KeyDeclaration(
                    "type", .word(NotificationItem.Kind.allCases.map(\.rawValue)), "Only those of this kind.")
            ],
            CallDeclaration(.notifications, fills: [.cursor: "next_cursor"]) { context in
                guard let before = context.idCursor(1), let after = context.cursor(2) else { return nil }
                return .notifications(
                    .list(
                        NotificationQuery(
                            limit: context.whole(0) ?? Limits.notificationPageDefault,
                            before: before.id(Entity.Notification.self), after: after.timestamp,
                            user: context.user(3), kind: context.text(5), order: context.order(4))))
            })
    ]
}
