// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let controlRows = #"""
        CONTROL-01 | POST /_reference/<command> | admin | decided D-100 | The control plane has its own path prefix `/_reference/`, is off unless switched on and is never part of a conformance run against a deployment.
        CONTROL-02 | POST /_reference/<command> | admin | decided D-100 | Control requests are not rate limited and carry no X-RateLimit headers.
        CONTROL-03 | POST /_reference/<command> | admin | decided D-38 | Likes, saves, comments and the verified flag change only by control commands.
        CONTROL-04 | POST /_reference/<command> | admin | decided D-60 | Address books are set only by a control command.
        CONTROL-05 | POST /_reference/<command> | admin | decided D-71 | Notifications become read only by a control command.
        CONTROL-06 | POST /_reference/<command> | admin | decided D-97 | Webhook subscriptions are added and removed only by control commands.
        CONTROL-07 | POST /_reference/<command> | admin | decided D-100 | Deleting a user by command removes the user's data, makes the tokens 401 and the ID 404, and fires `user.deleted`.
        CONTROL-08 | POST /_reference/<command> | format | decided D-08 | The same seed, clock script and requests give byte-identical responses and events.
        """#
}
