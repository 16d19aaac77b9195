// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let callsRows = #"""
        CALL-CREATE-01 | POST /calls | header | documented | The request has the content type `application/json`.
        CALL-CREATE-02 | POST /calls | request | documented | `recipient_id` names the user to call.
        CALL-CREATE-03 | POST /calls | request | documented | `type` is `video` or `audio`.
        CALL-CREATE-04 | POST /calls | request | documented | `offer` is an object with `type` `offer` and the text `sdp`.
        CALL-CREATE-05 | POST /calls | status | documented | Success answers 201.
        CALL-CREATE-06 | POST /calls | response | documented | The body has exactly `id`, `caller_id`, `recipient_id`, `type`, `status`, `started_at`, `ended_at` and `duration`.
        CALL-CREATE-07 | POST /calls | response | documented | `status` of a new call is `ringing`.
        CALL-CREATE-08 | POST /calls | response | documented | `ended_at` is null and `duration` is the integer 0.
        CALL-CREATE-09 | POST /calls | response | documented | `caller_id` is the caller, and `recipient_id` and `type` equal the values sent.
        CALL-CREATE-10 | POST /calls | event | decided D-84 | The recipient's WebSocket connections get `call` with the offer.
        CALL-CREATE-11 | POST /calls | status | documented | Invalid call data answers 400.
        CALL-CREATE-12 | POST /calls | status | decided D-83 | Calling oneself answers 400.
        CALL-CREATE-13 | POST /calls | status | decided D-83 | A call to a user who is in another call is accepted.
        CALL-CREATE-14 | POST /calls | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        CALL-CREATE-15 | POST /calls | status | documented | A user who may not be called answers 403.
        CALL-CREATE-16 | POST /calls | status | decided D-64 | A caller blocked by the recipient gets 403.
        CALL-CREATE-17 | POST /calls | status | decided D-65 | A caller who has blocked the recipient gets 403.
        CALL-CREATE-18 | POST /calls | status | documented | An unknown recipient answers 404.
        CALL-ANSWER-01 | POST /calls/:callId/answer | header | documented | The request has the content type `application/json`.
        CALL-ANSWER-02 | POST /calls/:callId/answer | request | documented | `answer` is an object with `type` `answer` and the text `sdp`.
        CALL-ANSWER-03 | POST /calls/:callId/answer | status | documented | Success answers 200.
        CALL-ANSWER-04 | POST /calls/:callId/answer | response | documented | The body has exactly `id`, `caller_id`, `recipient_id`, `type`, `status`, `started_at`, `answered_at`, `ended_at` and `duration`.
        CALL-ANSWER-05 | POST /calls/:callId/answer | state-machine | documented | The call moves from `ringing` to `in_progress`.
        CALL-ANSWER-06 | POST /calls/:callId/answer | response | documented | `answered_at` is a timestamp and `ended_at` is null.
        CALL-ANSWER-07 | POST /calls/:callId/answer | response | documented | `duration` is the time since `started_at` in seconds, so 5 for an answer 5 seconds after the start.
        CALL-ANSWER-08 | POST /calls/:callId/answer | response | decided D-82 | `duration` is rounded down to whole seconds.
        CALL-ANSWER-09 | POST /calls/:callId/answer | event | decided D-84 | The caller's WebSocket connections get `call_accept` with the answer.
        CALL-ANSWER-10 | POST /calls/:callId/answer | status | documented | Invalid answer data answers 400.
        CALL-ANSWER-11 | POST /calls/:callId/answer | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        CALL-ANSWER-12 | POST /calls/:callId/answer | status | documented | Anyone but the recipient of the call, the caller included, gets 403.
        CALL-ANSWER-13 | POST /calls/:callId/answer | status | documented | An unknown call answers 404.
        CALL-ANSWER-14 | POST /calls/:callId/answer | status | documented | A call that is already answered answers 409.
        CALL-ANSWER-15 | POST /calls/:callId/answer | status | documented | A call that is already ended answers 409.
        CALL-END-01 | POST /calls/:callId/end | status | documented | Success answers 200.
        CALL-END-02 | POST /calls/:callId/end | response | documented | The body has exactly `id`, `caller_id`, `recipient_id`, `type`, `status`, `started_at`, `answered_at`, `ended_at` and `duration`.
        CALL-END-03 | POST /calls/:callId/end | state-machine | documented | The call moves from `in_progress` to `ended`.
        CALL-END-04 | POST /calls/:callId/end | response | documented | `ended_at` is a timestamp, and `started_at` and `answered_at` keep their values.
        CALL-END-05 | POST /calls/:callId/end | response | documented | `duration` counts from `started_at` and not from `answered_at`, so 330 when the end is 330 seconds after the start.
        CALL-END-06 | POST /calls/:callId/end | state-machine | decided D-81 | Either participant may end the call, also while it is `ringing`.
        CALL-END-07 | POST /calls/:callId/end | response | decided D-82 | A call ended without an answer has `answered_at` null and its `duration` still counts from `started_at`.
        CALL-END-08 | POST /calls/:callId/end | event | decided D-84 | The other participant's WebSocket connections get `call_end`.
        CALL-END-09 | POST /calls/:callId/end | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        CALL-END-10 | POST /calls/:callId/end | status | documented | A user who is not part of the call gets 403.
        CALL-END-11 | POST /calls/:callId/end | status | documented | An unknown call answers 404.
        CALL-END-12 | POST /calls/:callId/end | status | documented | A call that is already ended answers 409.
        CALL-END-13 | POST /calls/:callId/end | state-machine | decided D-81 | A ringing call never ends by itself.
        """#
}
