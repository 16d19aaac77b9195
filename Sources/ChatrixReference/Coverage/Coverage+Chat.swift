extension CoverageTable {
    static let chat = #"""
        CHAT-ENSURE-01 | ensure ok
        CHAT-ENSURE-02 | ensure ok
        CHAT-ENSURE-03 | ensure ok not:created
        CHAT-ENSURE-04 | ensure ok created
        CHAT-ENSURE-05 | ensure ok created
        CHAT-ENSURE-06 | ensure ok not:created
        CHAT-ENSURE-07 | ensure ok
        CHAT-ENSURE-08 | ensure ok
        CHAT-ENSURE-09 | ensure ok
        CHAT-ENSURE-10 | ensure ok lastMessage
        CHAT-ENSURE-11 | ensure ok lastMessage
        CHAT-ENSURE-12 | ensure ok not:lastMessage
        CHAT-ENSURE-13 | ensure ok
        CHAT-ENSURE-14 | ensure ok marks
        CHAT-ENSURE-15 | ensure ok created
        CHAT-ENSURE-16 | ensure !conversationWithSelf
        CHAT-ENSURE-17 | ensure 401
        CHAT-ENSURE-18 | ensure !invalidField(recipientId)
        CHAT-ENSURE-19 | ensure !userNotFound
        CHAT-ENSURE-20 | ensure ok blocks | ensure ok blockedByOther
        CHAT-CONVERSATIONS-01 | conversations ok -?limit
        CHAT-CONVERSATIONS-02 | conversations ok ?limit=50 | conversations !invalidParameter(limit)
        CHAT-CONVERSATIONS-03 | conversations ok ?before
        CHAT-CONVERSATIONS-04 | conversations ok
        CHAT-CONVERSATIONS-05 | conversations ok
        CHAT-CONVERSATIONS-06 | conversations ok items
        CHAT-CONVERSATIONS-07 | conversations ok items
        CHAT-CONVERSATIONS-08 | conversations ok lastMessage
        CHAT-CONVERSATIONS-09 | conversations ok items
        CHAT-CONVERSATIONS-10 | conversations ok unread
        CHAT-CONVERSATIONS-11 | conversations ok lastMessage
        CHAT-CONVERSATIONS-12 | conversations ok
        CHAT-CONVERSATIONS-13 | conversations ok items not:more
        CHAT-CONVERSATIONS-14 | conversations ok severalItems
        CHAT-CONVERSATIONS-15 | conversations ok withoutLastMessage
        CHAT-CONVERSATIONS-16 | conversations ok unread
        CHAT-CONVERSATIONS-17 | conversations ok incoming
        CHAT-CONVERSATIONS-18 | conversations ok lastMessageRead | conversations ok afterEdit
        CHAT-CONVERSATIONS-19 | conversations 401
        CHAT-MESSAGES-01 | messages ok -?limit
        CHAT-MESSAGES-02 | messages ok ?limit=50 | messages !invalidParameter(limit)
        CHAT-MESSAGES-03 | messages ok ?before
        CHAT-MESSAGES-04 | messages ok
        CHAT-MESSAGES-05 | messages ok
        CHAT-MESSAGES-06 | messages ok items
        CHAT-MESSAGES-07 | messages ok items
        CHAT-MESSAGES-08 | messages ok items
        CHAT-MESSAGES-09 | messages ok items
        CHAT-MESSAGES-10 | messages ok items
        CHAT-MESSAGES-11 | messages ok attachments
        CHAT-MESSAGES-12 | messages ok severalItems
        CHAT-MESSAGES-13 | messages ok marks
        CHAT-MESSAGES-14 | messages ok ?before
        CHAT-MESSAGES-15 | messages ok marksBeyondPage
        CHAT-MESSAGES-16 | messages ok marks incoming
        CHAT-MESSAGES-17 | ensure,messages ok marks
        CHAT-MESSAGES-18 | messages ok incoming
        CHAT-MESSAGES-19 | messages ok incoming | messages ok ownRead | messages ok ownDelivered
        CHAT-MESSAGES-20 | messages ok ownRead
        CHAT-MESSAGES-21 | messages ok ownDelivered
        CHAT-MESSAGES-22 | messages 401
        CHAT-MESSAGES-23 | messages !notParticipant
        CHAT-MESSAGES-24 | messages !conversationNotFound
        CHAT-MESSAGES-25 | messages !unknownCursor | messages !invalidParameter(before)
        CHAT-MESSAGES-26 | messages 400 | messages 403
        CHAT-SEND-01 | send ok contentTypeSent | send !wrongContentType
        CHAT-SEND-02 | send ok
        CHAT-SEND-03 | send ok +content
        CHAT-SEND-04 | send ok +type
        CHAT-SEND-05 | send ok +attachments
        CHAT-SEND-06 | send ok -type | send ok notText | send !invalidField(type)
        CHAT-SEND-07 | send !invalidField(content) | send ok notText | send !invalidField(attachments) -attachments
        CHAT-SEND-08 | send !invalidField(content) content#>4096 | send ok content#=4096
        CHAT-SEND-09 | send ok attachments | send !invalidField(attachments) +attachments
        CHAT-SEND-10 | send ok
        CHAT-SEND-11 | send ok
        CHAT-SEND-12 | send ok not:attachments
        CHAT-SEND-13 | send ok attachments
        CHAT-SEND-14 | send ok
        CHAT-SEND-15 | send ok
        CHAT-SEND-16 | send ok
        CHAT-SEND-17 | messages ok items
        CHAT-SEND-18 | conversations ok lastMessage
        CHAT-SEND-19 | conversations ok unread
        CHAT-SEND-20 | send ok
        CHAT-SEND-21 | send ok
        CHAT-SEND-22 | send ok
        CHAT-SEND-23 | send ok sentBefore
        CHAT-SEND-24 | send 400
        CHAT-SEND-25 | send 401
        CHAT-SEND-26 | send !notParticipant
        CHAT-SEND-27 | send !blocked blockedByOther
        CHAT-SEND-28 | send !blocked blocks
        CHAT-SEND-29 | send !conversationNotFound
        CHAT-SEND-30 | send refused
        CHAT-READ-01 | read ok marks
        CHAT-READ-02 | read ok marks
        CHAT-READ-03 | read ok
        CHAT-READ-04 | read ok
        CHAT-READ-05 | read ok marks
        CHAT-READ-06 | read ok marks
        CHAT-READ-07 | read ok marks
        CHAT-READ-08 | read ok not:marks
        CHAT-READ-09 | read ok bodySent
        CHAT-READ-10 | read 401
        CHAT-READ-11 | read !notParticipant
        CHAT-READ-12 | read !conversationNotFound
        CHAT-VIEW-01 | view ok marks
        CHAT-VIEW-02 | view ok marks viewedBefore
        CHAT-VIEW-03 | view ok
        CHAT-VIEW-04 | view ok
        CHAT-VIEW-05 | view ok marks
        CHAT-VIEW-06 | view counted
        CHAT-VIEW-07 | view 401
        CHAT-VIEW-08 | view !notParticipant
        CHAT-VIEW-09 | view !conversationNotFound
        """#
}
