// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let adminRows = #"""
        ADMIN-INSPECT-01 | GET /admin/conversations/inspect | auth | documented | The endpoint is reachable without authentication.
        ADMIN-INSPECT-02 | GET /admin/conversations/inspect | status | documented | Success answers 200.
        ADMIN-INSPECT-03 | GET /admin/conversations/inspect | admin | documented | All conversations are examined for integrity problems.
        ADMIN-INSPECT-04 | GET /admin/conversations/inspect | response | documented | The body has exactly `total`, `valid`, `corrupted`, `selfConversations` and `unsorted`, with `selfConversations` in camelCase.
        ADMIN-INSPECT-05 | GET /admin/conversations/inspect | response | documented | `total` and `valid` are integers and the other three arrays.
        ADMIN-INSPECT-06 | GET /admin/conversations/inspect | response | documented | A corrupted element has exactly `id`, `participant_ids` as stored and `issue`, for example `not_an_array`.
        ADMIN-INSPECT-07 | GET /admin/conversations/inspect | response | documented | A self conversation element has exactly `id` and `participant_ids`, with the same user twice.
        ADMIN-INSPECT-08 | GET /admin/conversations/inspect | response | documented | An unsorted element has exactly `id`, `current` and `sorted`, two arrays of IDs.
        ADMIN-INSPECT-09 | GET /admin/conversations/inspect | response | decided D-98 | Each conversation is in exactly one group, so `total` is `valid` plus the lengths of the three arrays.
        ADMIN-INSPECT-10 | GET /admin/conversations/inspect | response | decided D-98 | Further values of `issue` are `invalid_length` and `invalid_id`.
        ADMIN-INSPECT-11 | GET /admin/conversations/inspect | admin | decided D-98 | Inspecting changes nothing.
        ADMIN-INSPECT-12 | GET /admin/conversations/inspect | side-effect | decided D-98 | Corrupted and self conversations and those naming an unknown user are invisible on all other endpoints, unsorted ones work.
        ADMIN-CLEANUP-01 | DELETE /admin/conversations/cleanup | auth | documented | The endpoint is reachable without authentication.
        ADMIN-CLEANUP-02 | DELETE /admin/conversations/cleanup | status | documented | Success answers 200.
        ADMIN-CLEANUP-03 | DELETE /admin/conversations/cleanup | response | documented | The body has exactly `deleted` and `fixed`, both integers.
        ADMIN-CLEANUP-04 | DELETE /admin/conversations/cleanup | admin | documented | Corrupted conversations are removed.
        ADMIN-CLEANUP-05 | DELETE /admin/conversations/cleanup | admin | documented | Unsorted participant IDs are put in order.
        ADMIN-CLEANUP-06 | DELETE /admin/conversations/cleanup | admin | decided D-99 | Self conversations are removed too and counted in `deleted`.
        ADMIN-CLEANUP-07 | DELETE /admin/conversations/cleanup | admin | decided D-99 | A repetition gives 0 and 0, and inspect then finds no problem.
        ADMIN-CLEANUP-08 | DELETE /admin/conversations/cleanup | admin | decided D-13 | `cleanup` is never taken for a conversation ID.
        ADMIN-DELETE-01 | DELETE /admin/conversations/:id | auth | documented | The endpoint is reachable without authentication.
        ADMIN-DELETE-02 | DELETE /admin/conversations/:id | status | documented | Success answers 200.
        ADMIN-DELETE-03 | DELETE /admin/conversations/:id | response | documented | The body has exactly `deleted` (true) and `id`.
        ADMIN-DELETE-04 | DELETE /admin/conversations/:id | admin | documented | The conversation no longer exists afterwards, so its messages answer 404.
        ADMIN-DELETE-05 | DELETE /admin/conversations/:id | status | decided D-99 | An unknown conversation answers 404.
        ADMIN-DELETE-06 | DELETE /admin/conversations/:id | admin | decided D-99 | The messages are deleted as well, and ensure then creates a new conversation.
        """#
}
