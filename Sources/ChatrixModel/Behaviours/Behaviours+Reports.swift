// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let reportsRows = #"""
        REPORTS-01 | POST /reports | header | documented | The request has the content type `application/json`.
        REPORTS-02 | POST /reports | request | documented | `reported_user_id` is required.
        REPORTS-03 | POST /reports | request | documented | `conversation_id` is optional.
        REPORTS-04 | POST /reports | request | documented | `message_ids` is an optional array of message IDs.
        REPORTS-05 | POST /reports | request | documented | `reason` is required.
        REPORTS-06 | POST /reports | request | decided D-67 | `reason` must contain a non-whitespace character.
        REPORTS-07 | POST /reports | request | decided D-67 | `conversation_id` and `message_ids` are checked for ID shape only, not for existence.
        REPORTS-08 | POST /reports | status | documented | Success answers 200 and not 201.
        REPORTS-09 | POST /reports | response | documented | The body has exactly `success` (true), `id` (string) and `created_at` (timestamp).
        REPORTS-10 | POST /reports | side-effect | decided D-67 | Repeating a report makes a new report with its own `id`.
        REPORTS-11 | POST /reports | status | documented | Invalid input data answers 400.
        REPORTS-12 | POST /reports | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        REPORTS-13 | POST /reports | status | documented | An unknown reported user answers 404.
        REPORTS-14 | POST /reports | status | decided D-67 | Reporting oneself answers 400.
        """#
}
