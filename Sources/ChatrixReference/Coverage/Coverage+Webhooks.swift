extension CoverageTable {
    static let webhook = #"""
        WEBHOOK-EVENT-01 | webhook:message.created
        WEBHOOK-EVENT-02 | webhook:message.updated
        WEBHOOK-EVENT-03 | webhook:message.deleted
        WEBHOOK-EVENT-04 | webhook:user.registered
        WEBHOOK-EVENT-05 | webhook:user.updated | updateMe ok webhooks
        WEBHOOK-EVENT-06 | webhook:user.deleted
        WEBHOOK-EVENT-07 | webhook:post.created
        WEBHOOK-EVENT-08 | webhook:post.updated
        WEBHOOK-EVENT-09 | webhook:post.deleted
        WEBHOOK-EVENT-10 | webhook:comment.created
        WEBHOOK-EVENT-11 | webhook:comment.updated
        WEBHOOK-EVENT-12 | webhook:comment.deleted
        WEBHOOK-EVENT-13 | webhook:like.created
        WEBHOOK-EVENT-14 | webhook:like.deleted
        WEBHOOK-EVENT-15 | webhook:follow.created
        WEBHOOK-EVENT-16 | webhook:follow.deleted
        WEBHOOK-EVENT-17 | webhook:follow.accepted
        WEBHOOK-EVENT-18 | webhook:story.created
        WEBHOOK-EVENT-19 | webhook:story.viewed
        WEBHOOK-EVENT-20 | webhook:story.deleted
        WEBHOOK-EVENT-21 | webhook:call.started
        WEBHOOK-EVENT-22 | webhook:call.answered
        WEBHOOK-EVENT-23 | webhook:call.ended
        WEBHOOK-EVENT-24 | webhook:follow.created | webhook:follow.accepted
        WEBHOOK-EVENT-25 | block ok removesFollow webhooks | storyFeed ok afterExpiry webhooks | read,view,ensure,messages ok marks webhooks | cleanupConversations,deleteConversation ok webhooks | control:user-delete ok webhooks | control:clock-advance ok webhooks afterExpiry
        WEBHOOK-PAYLOAD-01 | webhook
        WEBHOOK-PAYLOAD-02 | webhook:message.created
        WEBHOOK-PAYLOAD-03 | webhook not:ofMessageCreated
        WEBHOOK-PAYLOAD-04 | webhook ofCreation
        WEBHOOK-SIG-01 | webhook
        WEBHOOK-SIG-02 | webhook
        WEBHOOK-SIG-03 | webhook
        WEBHOOK-SIG-04 | webhook
        WEBHOOK-SIG-05 | webhook repeated
        WEBHOOK-SIG-06 | webhook retry
        """#
}
