// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let chatRows = #"""
        CHAT-ENSURE-01 | POST /chat/conversations/ensure | request | documented | The JSON body has `recipientId` in camelCase.
        CHAT-ENSURE-02 | POST /chat/conversations/ensure | status | documented | Success answers 200.
        CHAT-ENSURE-03 | POST /chat/conversations/ensure | side-effect | documented | The existing direct conversation with that user is returned if there is one.
        CHAT-ENSURE-04 | POST /chat/conversations/ensure | side-effect | documented | A new conversation is created if there is none.
        CHAT-ENSURE-05 | POST /chat/conversations/ensure | status | decided D-45 | The status is 200 and not 201 also when the conversation was created.
        CHAT-ENSURE-06 | POST /chat/conversations/ensure | side-effect | decided D-45 | Two users share exactly one direct conversation, whichever of them asks and however often.
        CHAT-ENSURE-07 | POST /chat/conversations/ensure | response | documented | The body has exactly `id`, `isGroup`, `participants` and `lastMessage`, in camelCase.
        CHAT-ENSURE-08 | POST /chat/conversations/ensure | response | documented | `isGroup` is the boolean false for a direct conversation.
        CHAT-ENSURE-09 | POST /chat/conversations/ensure | response | documented | `participants` lists both users, each with exactly `id`, `username` and `avatarUrl`.
        CHAT-ENSURE-10 | POST /chat/conversations/ensure | response | documented | `lastMessage` has exactly `id`, `content`, `createdAt` and `senderId`.
        CHAT-ENSURE-11 | POST /chat/conversations/ensure | response | documented | `lastMessage` is the newest message of the conversation.
        CHAT-ENSURE-12 | POST /chat/conversations/ensure | response | decided D-02 | `lastMessage` is null as long as there is no message.
        CHAT-ENSURE-13 | POST /chat/conversations/ensure | response | decided D-46 | `participants` are in ascending order of their IDs.
        CHAT-ENSURE-14 | POST /chat/conversations/ensure | side-effect | documented | Calling it on an existing conversation marks the messages as read for the caller.
        CHAT-ENSURE-15 | POST /chat/conversations/ensure | event | decided D-45 | A newly created conversation publishes no event.
        CHAT-ENSURE-16 | POST /chat/conversations/ensure | status | documented | Naming oneself as recipient answers 400.
        CHAT-ENSURE-17 | POST /chat/conversations/ensure | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        CHAT-ENSURE-18 | POST /chat/conversations/ensure | status | decided D-14 | A missing or malformed `recipientId` answers 400.
        CHAT-ENSURE-19 | POST /chat/conversations/ensure | status | decided D-45 | An unknown recipient answers 404.
        CHAT-ENSURE-20 | POST /chat/conversations/ensure | status | decided D-45 | A block between the two users does not prevent the call.
        CHAT-CONVERSATIONS-01 | GET /chat/conversations | limit | documented | `limit` is optional with default 20.
        CHAT-CONVERSATIONS-02 | GET /chat/conversations | limit | documented | The maximum of `limit` is 50.
        CHAT-CONVERSATIONS-03 | GET /chat/conversations | pagination | documented | `before` is an optional cursor in the form of an ISO date text, and `next_cursor` is of the same kind.
        CHAT-CONVERSATIONS-04 | GET /chat/conversations | status | documented | Success answers 200.
        CHAT-CONVERSATIONS-05 | GET /chat/conversations | response | documented | The body has exactly `conversations` (array), `next_cursor` (string) and `has_more` (boolean).
        CHAT-CONVERSATIONS-06 | GET /chat/conversations | response | documented | Each conversation has exactly `id`, `participants`, `last_message`, `unread_count` and `updated_at`, in snake_case.
        CHAT-CONVERSATIONS-07 | GET /chat/conversations | response | documented | Each participant has exactly `id`, `username`, `full_name` and `avatar_url`.
        CHAT-CONVERSATIONS-08 | GET /chat/conversations | response | documented | `last_message` has exactly `id`, `sender_id`, `content`, `type` and `created_at`.
        CHAT-CONVERSATIONS-09 | GET /chat/conversations | response | documented | `unread_count` is an integer.
        CHAT-CONVERSATIONS-10 | GET /chat/conversations | response | decided D-47 | `unread_count` is the number of messages by others that the caller has not read.
        CHAT-CONVERSATIONS-11 | GET /chat/conversations | response | documented | `updated_at` equals the `created_at` of the last message when there is one.
        CHAT-CONVERSATIONS-12 | GET /chat/conversations | response | documented | Only conversations of the caller are listed.
        CHAT-CONVERSATIONS-13 | GET /chat/conversations | pagination | documented | `next_cursor` may be present while `has_more` is false.
        CHAT-CONVERSATIONS-14 | GET /chat/conversations | pagination | decided D-43 | The conversation with the latest `updated_at` comes first.
        CHAT-CONVERSATIONS-15 | GET /chat/conversations | response | decided D-47 | A conversation without messages is listed with `last_message` null and its creation time as `updated_at`.
        CHAT-CONVERSATIONS-16 | GET /chat/conversations | side-effect | decided D-47 | Listing marks nothing as read and leaves `unread_count` unchanged.
        CHAT-CONVERSATIONS-17 | GET /chat/conversations | side-effect | decided D-51 | A message shown as `last_message` to its recipient becomes `delivered`.
        CHAT-CONVERSATIONS-18 | GET /chat/conversations | side-effect | decided D-47 | Reading, editing or deleting messages does not change `updated_at`.
        CHAT-CONVERSATIONS-19 | GET /chat/conversations | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        CHAT-MESSAGES-01 | GET /chat/conversations/:id/messages | limit | documented | `limit` is optional with default 20.
        CHAT-MESSAGES-02 | GET /chat/conversations/:id/messages | limit | documented | The maximum of `limit` is 50.
        CHAT-MESSAGES-03 | GET /chat/conversations/:id/messages | pagination | documented | `before` is an optional cursor that is a message ID, and in the default order `next_cursor` is of the same kind.
        CHAT-MESSAGES-04 | GET /chat/conversations/:id/messages | status | documented | Success answers 200.
        CHAT-MESSAGES-05 | GET /chat/conversations/:id/messages | response | documented | The body has exactly `messages` (array), `next_cursor` (string) and `has_more` (boolean).
        CHAT-MESSAGES-06 | GET /chat/conversations/:id/messages | response | documented | Each message has exactly `id`, `conversation_id`, `sender`, `content`, `type`, `created_at`, `is_me` and `status`.
        CHAT-MESSAGES-07 | GET /chat/conversations/:id/messages | response | documented | `sender` has exactly `id`, `username`, `full_name` and `avatar_url`.
        CHAT-MESSAGES-08 | GET /chat/conversations/:id/messages | response | documented | `is_me` is a boolean that is true exactly for messages the caller sent.
        CHAT-MESSAGES-09 | GET /chat/conversations/:id/messages | response | documented | `status` is one of `sent`, `delivered` and `read`.
        CHAT-MESSAGES-10 | GET /chat/conversations/:id/messages | response | documented | `conversation_id` equals the ID in the path.
        CHAT-MESSAGES-11 | GET /chat/conversations/:id/messages | response | decided D-50 | List items have no `media` key even when the message has attachments.
        CHAT-MESSAGES-12 | GET /chat/conversations/:id/messages | pagination | decided D-43 | The newest message comes first.
        CHAT-MESSAGES-13 | GET /chat/conversations/:id/messages | side-effect | documented | A request without `before` marks the messages as read for the caller.
        CHAT-MESSAGES-14 | GET /chat/conversations/:id/messages | side-effect | documented | A request with `before` marks nothing as read.
        CHAT-MESSAGES-15 | GET /chat/conversations/:id/messages | side-effect | decided D-52 | The marking covers all unread incoming messages of the conversation and not only those of the returned page.
        CHAT-MESSAGES-16 | GET /chat/conversations/:id/messages | response | decided D-52 | The page shows the statuses from before the marking it triggers, so a new incoming message appears as `delivered`.
        CHAT-MESSAGES-17 | GET /chat/conversations/:id/messages | event | decided D-54 | A marking triggered by this endpoint or by ensure publishes the same events as the read endpoint.
        CHAT-MESSAGES-18 | GET /chat/conversations/:id/messages | state-machine | decided D-51 | An incoming message is never shown to its recipient as `sent`.
        CHAT-MESSAGES-19 | GET /chat/conversations/:id/messages | state-machine | decided D-51 | A message only moves forward in the order `sent`, `delivered`, `read`.
        CHAT-MESSAGES-20 | GET /chat/conversations/:id/messages | response | documented | The sender sees `read` for messages that the recipient has read.
        CHAT-MESSAGES-21 | GET /chat/conversations/:id/messages | response | decided D-51 | The sender sees `delivered` once a response to the recipient contained the message.
        CHAT-MESSAGES-22 | GET /chat/conversations/:id/messages | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        CHAT-MESSAGES-23 | GET /chat/conversations/:id/messages | status | documented | A caller who is not a participant gets 403.
        CHAT-MESSAGES-24 | GET /chat/conversations/:id/messages | status | documented | An unknown conversation answers 404.
        CHAT-MESSAGES-25 | GET /chat/conversations/:id/messages | status | decided D-41 | A `before` that is not the ID of a message of this conversation answers 400.
        CHAT-MESSAGES-26 | GET /chat/conversations/:id/messages | side-effect | decided D-52 | A refused request marks nothing.
        CHAT-SEND-01 | POST /chat/messages | header | documented | The request has the content type `application/json`.
        CHAT-SEND-02 | POST /chat/messages | request | documented | `conversationId` names the conversation, in camelCase.
        CHAT-SEND-03 | POST /chat/messages | request | documented | `content` carries the text of the message.
        CHAT-SEND-04 | POST /chat/messages | request | documented | `type` gives the kind of message, for example `text`.
        CHAT-SEND-05 | POST /chat/messages | request | documented | `attachments` is an optional array of media attachments.
        CHAT-SEND-06 | POST /chat/messages | request | decided D-48 | `type` is `text`, `image`, `video`, `audio` or `document`, and an absent one means `text`.
        CHAT-SEND-07 | POST /chat/messages | request | decided D-48 | A `text` message needs a `content` with a non-whitespace character, other types need at least one attachment instead.
        CHAT-SEND-08 | POST /chat/messages | limit | decided D-18 | `content` has at most 4096 characters.
        CHAT-SEND-09 | POST /chat/messages | format | decided D-49 | An attachment is an object with an absolute `url` and a `type` of `image`, `video`, `audio` or `document`, and at most 10 are accepted.
        CHAT-SEND-10 | POST /chat/messages | status | documented | Success answers 201.
        CHAT-SEND-11 | POST /chat/messages | response | documented | The body has exactly `id`, `conversation_id`, `sender_id`, `content`, `type`, `media`, `created_at` and `status`, in snake_case.
        CHAT-SEND-12 | POST /chat/messages | response | documented | `media` is an array that is empty when there are no attachments.
        CHAT-SEND-13 | POST /chat/messages | response | decided D-49 | `media` repeats the attachments in order as objects with `url`, `type`, `width` and `height`.
        CHAT-SEND-14 | POST /chat/messages | response | documented | `status` of a new message is `sent`.
        CHAT-SEND-15 | POST /chat/messages | response | documented | `sender_id` is the caller and `conversation_id` the value sent as `conversationId`.
        CHAT-SEND-16 | POST /chat/messages | response | documented | `content` and `type` come back as sent.
        CHAT-SEND-17 | POST /chat/messages | side-effect | documented | The message is then in the message list of both participants.
        CHAT-SEND-18 | POST /chat/messages | side-effect | decided D-47 | The message becomes `last_message` and its `created_at` the `updated_at` of the conversation for both participants.
        CHAT-SEND-19 | POST /chat/messages | side-effect | decided D-47 | The recipient's `unread_count` grows by 1 and the sender's stays.
        CHAT-SEND-20 | POST /chat/messages | event | documented | The message is published at once on `chat/{recipientId}/messages`.
        CHAT-SEND-21 | POST /chat/messages | event | documented | A conversation update is published on `chat/{recipientId}/conversations`.
        CHAT-SEND-22 | POST /chat/messages | event | decided D-55 | The message is published before the conversation update, and the sender gets neither.
        CHAT-SEND-23 | POST /chat/messages | side-effect | decided D-48 | Sending the same body twice makes two messages.
        CHAT-SEND-24 | POST /chat/messages | status | documented | Invalid message content answers 400.
        CHAT-SEND-25 | POST /chat/messages | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        CHAT-SEND-26 | POST /chat/messages | status | documented | A caller who is not a participant gets 403.
        CHAT-SEND-27 | POST /chat/messages | status | documented | A caller who is blocked gets 403.
        CHAT-SEND-28 | POST /chat/messages | status | decided D-65 | A caller who has blocked the other participant gets 403.
        CHAT-SEND-29 | POST /chat/messages | status | documented | An unknown conversation answers 404.
        CHAT-SEND-30 | POST /chat/messages | event | decided D-08 | A refused message is stored nowhere and publishes nothing.
        CHAT-READ-01 | POST /chat/conversations/:id/read | side-effect | documented | All messages of the conversation are marked as read for the caller.
        CHAT-READ-02 | POST /chat/conversations/:id/read | side-effect | decided D-47 | The caller's `unread_count` of the conversation is 0 afterwards and the other participant's is unchanged.
        CHAT-READ-03 | POST /chat/conversations/:id/read | status | documented | Success answers 200.
        CHAT-READ-04 | POST /chat/conversations/:id/read | response | documented | The body has exactly `success` (true) and `message` (`Messages marked as read` in English).
        CHAT-READ-05 | POST /chat/conversations/:id/read | event | documented | A read receipt is published on `chat/{senderId}/read-receipts`.
        CHAT-READ-06 | POST /chat/conversations/:id/read | event | documented | A status update is published on `chat/{userId}/messages-status` for the reader.
        CHAT-READ-07 | POST /chat/conversations/:id/read | event | documented | A conversation update is published on `chat/{participantId}/conversations` for every participant.
        CHAT-READ-08 | POST /chat/conversations/:id/read | event | decided D-53 | When nothing is unread the answer is the same and no event is published.
        CHAT-READ-09 | POST /chat/conversations/:id/read | request | decided D-14 | A request body is not needed and is ignored.
        CHAT-READ-10 | POST /chat/conversations/:id/read | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        CHAT-READ-11 | POST /chat/conversations/:id/read | status | documented | A caller who is not a participant gets 403.
        CHAT-READ-12 | POST /chat/conversations/:id/read | status | documented | An unknown conversation answers 404.
        CHAT-VIEW-01 | POST /chat/conversations/:id/view | side-effect | documented | All messages of the conversation are marked as read for the caller.
        CHAT-VIEW-02 | POST /chat/conversations/:id/view | side-effect | documented D-59 | The call can be repeated every 3 to 5 seconds while the chat is open, and each one marks what has arrived since.
        CHAT-VIEW-03 | POST /chat/conversations/:id/view | status | documented | Success answers 200.
        CHAT-VIEW-04 | POST /chat/conversations/:id/view | response | documented | The body has exactly `success` (true) and `message` (`Messages marked as read` in English).
        CHAT-VIEW-05 | POST /chat/conversations/:id/view | event | documented | The same three topics are published as by the read endpoint.
        CHAT-VIEW-06 | POST /chat/conversations/:id/view | limit | decided D-59 | Polling counts against the limit of 100 requests per 15 minutes without exemption.
        CHAT-VIEW-07 | POST /chat/conversations/:id/view | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        CHAT-VIEW-08 | POST /chat/conversations/:id/view | status | documented | A caller who is not a participant gets 403.
        CHAT-VIEW-09 | POST /chat/conversations/:id/view | status | documented | An unknown conversation answers 404.
        """#
}
