// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let followsRows = #"""
        FOLLOW-01 | POST /follows/:userId | status | documented | Success answers 201.
        FOLLOW-02 | POST /follows/:userId | response | documented | The body has exactly `follower_id`, `following_id`, `status` and `created_at`.
        FOLLOW-03 | POST /follows/:userId | response | documented | `follower_id` is the caller and `following_id` the user in the path.
        FOLLOW-04 | POST /follows/:userId | response | documented | `status` is `accepted` when the followed account is public.
        FOLLOW-05 | POST /follows/:userId | response | documented | `status` is `pending` when the followed account is not public.
        FOLLOW-06 | POST /follows/:userId | side-effect | decided D-31 | An accepted follow raises the caller's `following_count` and the other's `follower_count` by 1 and a pending one raises neither.
        FOLLOW-07 | POST /follows/:userId | side-effect | decided D-70 | The followed user gets a notification of type `follow`.
        FOLLOW-08 | POST /follows/:userId | side-effect | decided D-63 | A pending follow becomes accepted or is declined only by a control command, and a change of the privacy flag leaves it as it is.
        FOLLOW-09 | POST /follows/:userId | status | documented | Following a user already followed answers 400, not 409.
        FOLLOW-10 | POST /follows/:userId | status | decided D-62 | Repeating a pending follow answers 400.
        FOLLOW-11 | POST /follows/:userId | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        FOLLOW-12 | POST /follows/:userId | status | documented | An unknown user answers 404.
        FOLLOW-13 | POST /follows/:userId | status | decided D-62 | Following oneself answers 400.
        FOLLOW-14 | POST /follows/:userId | status | decided D-62 | Following across a block in either direction answers 403.
        UNFOLLOW-01 | DELETE /follows/:userId | status | documented | Success answers 204.
        UNFOLLOW-02 | DELETE /follows/:userId | response | documented | The success response has no body.
        UNFOLLOW-03 | DELETE /follows/:userId | side-effect | documented | The follow no longer exists afterwards, so a repetition answers 404 and following anew is possible.
        UNFOLLOW-04 | DELETE /follows/:userId | side-effect | decided D-63 | A pending request is withdrawn in the same way.
        UNFOLLOW-05 | DELETE /follows/:userId | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        UNFOLLOW-06 | DELETE /follows/:userId | status | documented | A user who is not followed answers 404.
        UNFOLLOW-07 | DELETE /follows/:userId | status | decided D-63 | An unknown user and oneself answer 404.
        """#
}
