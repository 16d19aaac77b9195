// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let mqttRows = #"""
        MQTT-MESSAGE-01 | chat/{userId}/messages | event | documented | The topic carries each new message to the user named in it, at once after its creation.
        MQTT-MESSAGE-02 | chat/{userId}/messages | format | documented | The payload has exactly `conversation_id` (string) and `message` (object).
        MQTT-MESSAGE-03 | chat/{userId}/messages | format | documented | `message` has exactly `id`, `sender_id`, `type`, `text`, `media`, `status` and `created_at`.
        MQTT-MESSAGE-04 | chat/{userId}/messages | format | documented | The content of the message is called `text` here and not `content`.
        MQTT-MESSAGE-05 | chat/{userId}/messages | format | documented | `media` is null for a message without attachments.
        MQTT-MESSAGE-06 | chat/{userId}/messages | format | documented | `status` is `sent`.
        MQTT-MESSAGE-07 | chat/{userId}/messages | event | documented | `id`, `sender_id`, `type` and `created_at` equal those of the HTTP response to the sender.
        MQTT-MESSAGE-08 | chat/{userId}/messages | format | decided D-56 | `media` is the array of attachments when the message has any.
        MQTT-RECEIPT-01 | chat/{userId}/read-receipts | event | documented | The topic tells the sender of messages, at once after the marking, that they were read.
        MQTT-RECEIPT-02 | chat/{userId}/read-receipts | format | documented | The payload has exactly `conversation_id`, `read_by`, `read_at` and `count`.
        MQTT-RECEIPT-03 | chat/{userId}/read-receipts | format | documented | `read_by` is the ID of the reader, `read_at` an ISO timestamp and `count` an integer.
        MQTT-RECEIPT-04 | chat/{userId}/read-receipts | format | decided D-54 | `count` is the number of newly marked messages of the addressed sender.
        MQTT-RECEIPT-05 | chat/{userId}/read-receipts | event | decided D-54 | Each distinct sender of newly marked messages gets exactly one receipt.
        MQTT-STATUS-01 | chat/{userId}/messages-status | event | documented | The topic tells the reader, at once after the marking, that messages were marked.
        MQTT-STATUS-02 | chat/{userId}/messages-status | format | documented | The payload has exactly `conversation_id`, `action`, `read_by`, `read_at` and `count`.
        MQTT-STATUS-03 | chat/{userId}/messages-status | format | documented | `action` is `marked_as_read`.
        MQTT-STATUS-04 | chat/{userId}/messages-status | format | documented | `read_by` is the reader, who is also the user of the topic.
        MQTT-STATUS-05 | chat/{userId}/messages-status | format | decided D-54 | `count` is the number of all newly marked messages.
        MQTT-CONVERSATION-01 | chat/{userId}/conversations | event | documented | An update with `action` `updated` follows a new message.
        MQTT-CONVERSATION-02 | chat/{userId}/conversations | format | documented | The payload for a new message has exactly `conversation_id`, `last_message_at`, `last_message_preview` and `action`.
        MQTT-CONVERSATION-03 | chat/{userId}/conversations | format | documented | `last_message_at` is an ISO timestamp and `last_message_preview` a text taken from the message.
        MQTT-CONVERSATION-04 | chat/{userId}/conversations | event | documented | An update with `action` `messages_read` follows a read marking.
        MQTT-CONVERSATION-05 | chat/{userId}/conversations | format | documented | The payload for a read marking has exactly `conversation_id`, `action`, `read_by`, `read_at` and `unread_count`.
        MQTT-CONVERSATION-06 | chat/{userId}/conversations | format | documented | `unread_count` is an integer and is 0 for the reader.
        MQTT-CONVERSATION-07 | chat/{userId}/conversations | format | decided D-54 | `unread_count` is the addressed participant's own count after the marking.
        MQTT-CONVERSATION-08 | chat/{userId}/conversations | format | decided D-55 | `last_message_at` equals the `created_at` of the message.
        MQTT-CONVERSATION-09 | chat/{userId}/conversations | format | decided D-55 | The preview is the first 100 characters of the content without ellipsis, or the type in square brackets when the content is empty.
        MQTT-CONFIG-01 | * | event | documented | Publications use QoS 1, at least once.
        MQTT-CONFIG-02 | * | event | documented | Publications have the retain flag false, so a later subscriber gets nothing from the past.
        MQTT-CONFIG-03 | * | event | documented | The connection reconnects by itself with an interval of 5 seconds.
        MQTT-CONFIG-04 | * | event | decided D-58 | The reconnect interval stays 5 s without growing and without an end to the attempts.
        MQTT-CONFIG-05 | * | event | decided D-58 | Up to 1000 publications wait in order while the broker is away, and unacknowledged ones are sent again.
        MQTT-CONFIG-06 | * | event | decided D-54 | A read marking publishes receipts to senders first, then the reader's status and then the conversation updates.
        MQTT-CONFIG-07 | * | event | decided D-54 | All publications of one read marking share the same `read_by` and `read_at`.
        MQTT-CONFIG-08 | * | event | decided D-57 | Publications are recorded before the HTTP response is released.
        MQTT-CONFIG-09 | * | event | decided D-57 | An exact duplicate of a publication is no fault of the backend.
        """#
}
