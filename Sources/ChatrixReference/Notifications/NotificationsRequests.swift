import ChatrixModel

/// Reading of GET /notifications: rules of form (D-40, D-41, D-44).
extension ReferenceAPI {
    static func notifications(_ query: QueryParameters) throws(Refusal) -> Command {
        .notifications(
            .list(
                NotificationQuery(
                    limit: try query.limit(
                        default: Limits.notificationPageDefault, maximum: Limits.notificationPageMax),
                    before: try query.id("before"), after: try query.timestamp("after"), user: try query.id("user_id"),
                    kind: query.text("type"), order: try query.order(field: "created_at"))))
    }
}
