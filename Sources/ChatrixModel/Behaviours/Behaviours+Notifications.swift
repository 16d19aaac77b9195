// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let notificationsRows = #"""
        NOTIFICATIONS-01 | GET /notifications | limit | documented | `limit` is optional with default 20.
        NOTIFICATIONS-02 | GET /notifications | limit | documented | The maximum of `limit` is 50.
        NOTIFICATIONS-03 | GET /notifications | pagination | documented | `before` is an optional cursor that is a notification ID, and in the default order `next_cursor` is of the same kind.
        NOTIFICATIONS-04 | GET /notifications | status | documented | Success answers 200.
        NOTIFICATIONS-05 | GET /notifications | response | documented | The body has exactly `notifications` (array), `next_cursor` (string), `has_more` (boolean) and `unread_count` (integer).
        NOTIFICATIONS-06 | GET /notifications | response | documented D-38 | A notification of type `like` has exactly `id`, `type`, `user`, `post`, `is_read` and `created_at`.
        NOTIFICATIONS-07 | GET /notifications | response | documented | A notification of type `follow` has exactly `id`, `type`, `user`, `is_read` and `created_at`, without `post`.
        NOTIFICATIONS-08 | GET /notifications | response | documented | `user` is the acting user with exactly `id`, `username`, `full_name` and `avatar_url`.
        NOTIFICATIONS-09 | GET /notifications | response | documented | `post` has exactly `id` and `media`, whose elements have exactly `url` and `type`.
        NOTIFICATIONS-10 | GET /notifications | response | documented | `is_read` is a boolean.
        NOTIFICATIONS-11 | GET /notifications | pagination | decided D-43 | The newest notification comes first.
        NOTIFICATIONS-12 | GET /notifications | response | decided D-71 | `unread_count` counts all unread notifications of the caller, independent of the page.
        NOTIFICATIONS-13 | GET /notifications | side-effect | decided D-71 | Listing marks nothing as read.
        NOTIFICATIONS-14 | GET /notifications | response | decided D-70 | Only the types `like` and `follow` occur.
        NOTIFICATIONS-15 | GET /notifications | response | decided D-70 | Unfollowing or unliking keeps the notification, deleting the post removes it.
        NOTIFICATIONS-16 | GET /notifications | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        """#
}
