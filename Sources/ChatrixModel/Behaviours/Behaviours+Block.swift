// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let blockRows = #"""
        BLOCK-01 | POST /block/:userId | status | documented | Success answers 200.
        BLOCK-02 | POST /block/:userId | response | documented | The body has exactly `success` (true).
        BLOCK-03 | POST /block/:userId | side-effect | documented | The blocked user can no longer send messages to the blocker.
        BLOCK-04 | POST /block/:userId | side-effect | documented | The blocked user can no longer view the content of the blocker.
        BLOCK-05 | POST /block/:userId | side-effect | decided D-64 | Content means the profile, the posts and the stories of the blocker.
        BLOCK-06 | POST /block/:userId | side-effect | decided D-64 | Ensure, conversation list, old messages and read marking stay available to the blocked user.
        BLOCK-07 | POST /block/:userId | side-effect | decided D-65 | The blocker gets 403 on sending to, calling and following the blocked user and may still view that user's profile and posts.
        BLOCK-08 | POST /block/:userId | side-effect | decided D-66 | Follows in both directions are removed without event or webhook.
        BLOCK-09 | POST /block/:userId | status | decided D-66 | Blocking a blocked user again answers 200.
        BLOCK-10 | POST /block/:userId | status | decided D-66 | Blocking oneself answers 400.
        BLOCK-11 | POST /block/:userId | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        BLOCK-12 | POST /block/:userId | status | documented | An unknown user answers 404.
        UNBLOCK-01 | DELETE /block/:userId | status | documented | Success answers 200 and not 204.
        UNBLOCK-02 | DELETE /block/:userId | response | documented | The body has exactly `success` (true).
        UNBLOCK-03 | DELETE /block/:userId | side-effect | documented | The unblocked user can message and view content again.
        UNBLOCK-04 | DELETE /block/:userId | side-effect | decided D-66 | Removed follows are not restored.
        UNBLOCK-05 | DELETE /block/:userId | side-effect | decided D-66 | A block by the other user stays in force.
        UNBLOCK-06 | DELETE /block/:userId | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        UNBLOCK-07 | DELETE /block/:userId | status | documented | A user who is not blocked answers 404.
        """#
}
