package enum BlockCommand: Sendable {
    /// POST /block/:userId.
    case block(UserID)
    /// DELETE /block/:userId.
    case unblock(UserID)
}

package enum BlockReply: Sendable {
    case blocked
    case unblocked
}
