extension CoverageTable {
    static let admin = #"""
        ADMIN-INSPECT-01 | inspectConversations ok
        ADMIN-INSPECT-02 | inspectConversations ok
        ADMIN-INSPECT-03 | inspectConversations ok
        ADMIN-INSPECT-04 | inspectConversations ok
        ADMIN-INSPECT-05 | inspectConversations ok
        ADMIN-INSPECT-06 | inspectConversations ok corrupted
        ADMIN-INSPECT-07 | inspectConversations ok withOneself
        ADMIN-INSPECT-08 | inspectConversations ok unsorted
        ADMIN-INSPECT-09 | inspectConversations ok
        ADMIN-INSPECT-10 | inspectConversations ok corruptedOtherwise
        ADMIN-INSPECT-11 | inspectConversations ok
        ADMIN-INSPECT-12 | messages,send,read,view !conversationNotFound injected | conversations,ensure ok afterInjection
        ADMIN-CLEANUP-01 | cleanupConversations ok
        ADMIN-CLEANUP-02 | cleanupConversations ok
        ADMIN-CLEANUP-03 | cleanupConversations ok
        ADMIN-CLEANUP-04 | cleanupConversations ok deletes
        ADMIN-CLEANUP-05 | cleanupConversations ok mends
        ADMIN-CLEANUP-06 | cleanupConversations ok deletes
        ADMIN-CLEANUP-07 | cleanupConversations ok cleanedBefore
        ADMIN-CLEANUP-08 | cleanupConversations ok | wrongMethod cleanupPath
        ADMIN-DELETE-01 | deleteConversation ok
        ADMIN-DELETE-02 | deleteConversation ok
        ADMIN-DELETE-03 | deleteConversation ok
        ADMIN-DELETE-04 | messages,send,read,view !conversationNotFound deletedBefore
        ADMIN-DELETE-05 | deleteConversation !conversationNotFound
        ADMIN-DELETE-06 | ensure ok created afterDeletion
        """#
}
