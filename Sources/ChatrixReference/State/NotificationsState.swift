struct NotificationsState: Sendable {}
