// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let webhookRows = #"""
        WEBHOOK-EVENT-01 | webhook | event | documented | `message.created` fires for each message sent.
        WEBHOOK-EVENT-02 | webhook | event | documented D-93 | `message.updated` fires when a message is changed.
        WEBHOOK-EVENT-03 | webhook | event | documented D-93 | `message.deleted` fires when a message is deleted.
        WEBHOOK-EVENT-04 | webhook | event | documented | `user.registered` fires when a new user registers.
        WEBHOOK-EVENT-05 | webhook | event | documented | `user.updated` fires when a user changes the profile.
        WEBHOOK-EVENT-06 | webhook | event | documented D-100 | `user.deleted` fires when a user deletes the account.
        WEBHOOK-EVENT-07 | webhook | event | documented | `post.created` fires when a post is created.
        WEBHOOK-EVENT-08 | webhook | event | documented D-100 | `post.updated` fires when a post is changed.
        WEBHOOK-EVENT-09 | webhook | event | documented D-100 | `post.deleted` fires when a post is deleted.
        WEBHOOK-EVENT-10 | webhook | event | documented D-100 | `comment.created` fires when a comment is added.
        WEBHOOK-EVENT-11 | webhook | event | documented D-100 | `comment.updated` fires when a comment is changed.
        WEBHOOK-EVENT-12 | webhook | event | documented D-100 | `comment.deleted` fires when a comment is deleted.
        WEBHOOK-EVENT-13 | webhook | event | documented D-100 | `like.created` fires when a like is added.
        WEBHOOK-EVENT-14 | webhook | event | documented D-100 | `like.deleted` fires when a like is removed.
        WEBHOOK-EVENT-15 | webhook | event | documented | `follow.created` fires when a user follows another.
        WEBHOOK-EVENT-16 | webhook | event | documented | `follow.deleted` fires when a user unfollows another.
        WEBHOOK-EVENT-17 | webhook | event | documented D-100 | `follow.accepted` fires when the owner of an account accepts a follow request.
        WEBHOOK-EVENT-18 | webhook | event | documented | `story.created` fires when a story is created.
        WEBHOOK-EVENT-19 | webhook | event | documented D-100 | `story.viewed` fires when a story is viewed.
        WEBHOOK-EVENT-20 | webhook | event | documented D-100 | `story.deleted` fires when a story is deleted.
        WEBHOOK-EVENT-21 | webhook | event | documented | `call.started` fires when a call is started.
        WEBHOOK-EVENT-22 | webhook | event | documented | `call.answered` fires when a call is answered.
        WEBHOOK-EVENT-23 | webhook | event | documented | `call.ended` fires when a call ends.
        WEBHOOK-EVENT-24 | webhook | event | decided D-97 | `follow.created` fires for pending and accepted follows, `follow.accepted` only for requests that were pending.
        WEBHOOK-EVENT-25 | webhook | event | decided D-97 | Follows removed by a block, expired stories, read markings and admin deletions fire nothing.
        WEBHOOK-PAYLOAD-01 | webhook | format | documented | The payload has exactly `event` (text), `data` (object) and `timestamp` (ISO timestamp).
        WEBHOOK-PAYLOAD-02 | webhook | format | documented | `data` of `message.created` has exactly `id`, `conversation_id`, `sender_id`, `content`, `type` and `created_at`, without `media` and `status`.
        WEBHOOK-PAYLOAD-03 | webhook | format | decided D-95 | The other events carry the objects of the corresponding HTTP responses or the listed keys.
        WEBHOOK-PAYLOAD-04 | webhook | format | decided D-95 | `timestamp` of a creation equals the `created_at` of the object.
        WEBHOOK-SIG-01 | webhook | header | documented | `X-Chatrix-Signature` is the HMAC-SHA256 of the request body with the webhook secret.
        WEBHOOK-SIG-02 | webhook | header | documented | `X-Chatrix-Event` is the name of the event and equals `event` in the body.
        WEBHOOK-SIG-03 | webhook | header | documented | `X-Chatrix-Delivery` is a unique ID of the delivery.
        WEBHOOK-SIG-04 | webhook | header | decided D-96 | The signature is 64 lowercase hex digits over the exact bytes sent, without prefix.
        WEBHOOK-SIG-05 | webhook | header | decided D-96 | Two deliveries never share an `X-Chatrix-Delivery`, and a retry repeats it.
        WEBHOOK-SIG-06 | webhook | event | decided D-96 | A failed delivery is retried after 5 s, 30 s, 2 min, 10 min and 1 h with the identical body and then dropped.
        """#
}
