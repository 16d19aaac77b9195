// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let websocketRows = #"""
        WS-01 | WS /ws | auth | documented | The connection URL is `/ws` with the JWT in the query parameter `token`.
        WS-02 | WS /ws | auth | decided D-89 | A connection with a missing, invalid, expired or refresh token is closed with 4401.
        WS-03 | WS /ws | format | decided D-90 | Frames are JSON texts with `event` and `data`.
        WS-04 | WS /ws | event | decided D-90 | A faulty frame is answered with the event `error` and the status the fault would have over HTTP, and the connection stays open.
        WS-05 | WS /ws | limit | decided D-89 | A binary frame closes with 1003 and a message above 1 MiB with 1009.
        WS-IN-01 | WS /ws (server to client) | event | documented | `message` tells of a new message.
        WS-IN-02 | WS /ws (server to client) | event | documented | `message_update` tells of a changed message.
        WS-IN-03 | WS /ws (server to client) | event | documented | `message_delete` tells of a deleted message.
        WS-IN-04 | WS /ws (server to client) | event | documented | `typing` tells that a user is typing.
        WS-IN-05 | WS /ws (server to client) | event | documented | `call` tells of an incoming call.
        WS-IN-06 | WS /ws (server to client) | event | documented | `call_accept` tells that a call was accepted.
        WS-IN-07 | WS /ws (server to client) | event | documented | `call_reject` tells that a call was rejected.
        WS-IN-08 | WS /ws (server to client) | event | documented | `call_end` tells that a call ended.
        WS-IN-09 | WS /ws (server to client) | event | documented | `notification` tells of a new notification.
        WS-IN-10 | WS /ws (server to client) | event | documented | `presence` tells of a user going online or offline.
        WS-IN-11 | WS /ws (server to client) | event | decided D-92 | A message sent over HTTP reaches the recipient's connections as `message` with the data of the HTTP response.
        WS-IN-12 | WS /ws (server to client) | event | decided D-92 | A notification reaches its owner's connections with the data of the list element.
        WS-IN-13 | WS /ws (server to client) | event | decided D-94 | `presence` carries `user_id`, `status` (`online` or `offline`) and `last_seen` and goes to users who share a conversation.
        WS-OUT-01 | WS /ws (client to server) | event | documented | `subscribe` subscribes the connection to events.
        WS-OUT-02 | WS /ws (client to server) | event | documented | `unsubscribe` ends a subscription to events.
        WS-OUT-03 | WS /ws (client to server) | event | documented | `typing` sends a typing indicator.
        WS-OUT-04 | WS /ws (client to server) | event | documented | `call` starts a call.
        WS-OUT-05 | WS /ws (client to server) | event | documented | `call_accept` accepts a call.
        WS-OUT-06 | WS /ws (client to server) | event | documented | `call_reject` rejects a call.
        WS-OUT-07 | WS /ws (client to server) | event | documented | `call_end` ends a call.
        WS-OUT-08 | WS /ws (client to server) | event | documented | `message` sends a message.
        WS-OUT-09 | WS /ws (client to server) | event | documented | `message_update` changes a message.
        WS-OUT-10 | WS /ws (client to server) | event | documented | `message_delete` deletes a message.
        WS-OUT-11 | WS /ws (client to server) | event | decided D-91 | A new connection is subscribed to all ten incoming events, and `subscribe` and `unsubscribe` take `events` with a list of names.
        WS-OUT-12 | WS /ws (client to server) | event | decided D-94 | `typing` reaches the other participants and never the typist.
        WS-OUT-13 | WS /ws (client to server) | state-machine | decided D-81 | `call_reject` by the recipient ends a ringing call with the status `ended`.
        WS-OUT-14 | WS /ws (client to server) | side-effect | decided D-92 | `message` and the call events follow the rules and side effects of the corresponding HTTP endpoints.
        WS-OUT-15 | WS /ws (client to server) | event | decided D-92 | A successful message or call action (not `typing`) is confirmed to the acting connection with the same frame the other side gets.
        WS-OUT-16 | WS /ws (client to server) | auth | decided D-93 | Only the sender may change or delete a message.
        WS-OUT-17 | WS /ws (client to server) | side-effect | decided D-93 | A deleted message disappears for both participants from lists, previews and unread counts.
        """#
}
