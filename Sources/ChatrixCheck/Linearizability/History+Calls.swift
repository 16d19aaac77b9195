import ChatrixHistory
import ChatrixModel

extension History.Operation {
    /// What it does in a partition; `nil` if it belongs to none.
    var action: Call.Action? {
        switch request {
        case .http(let endpoint):
            switch endpoint {
            case .ensure: .ensure
            case .send: .send
            case .read, .view: .mark
            case .messages: isFurtherPage ? .furtherPage : .page
            case .conversations: .list
            case .block: .block
            case .unblock: .unblock
            case .follow: .follow
            case .unfollow: .unfollow
            default: nil
            }
        case .socket(let action):
            switch action {
            case .message: .send
            case .messageUpdate: .update
            case .messageDelete: .delete
            default: nil
            }
        }
    }

    /// An administrator's work that takes conversations away.
    var removesConversations: Bool {
        guard isAccepted else { return false }
        return endpoint == .deleteConversation || endpoint == .cleanupConversations
    }

    /// The answer; `nil` of a refusal for reasons outside of the specification's state (form, token, rate limit, fault of the
    /// server), which changes nothing (D-08).
    func reply(to action: Call.Action) -> Call.Reply? {
        switch result {
        case .accepted: .accepted
        case .refused(let status):
            switch status {
            case 403, 404: action == .list ? nil : .refused(status)
            case 400 where action == .follow: .refused(status)
            default: nil
            }
        case .unreadable, .lost: Call.Reply.none
        }
    }
}
