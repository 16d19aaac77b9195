// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let wireRows = #"""
        WIRE-01 | * | format | decided D-01 | Every endpoint keeps the spelling of its own example, camelCase or snake_case, for input and output.
        WIRE-02 | * | request | decided D-01 | Another spelling of a request field, such as `recipient_id` for ensure, is an unknown field and does not replace the required one.
        WIRE-03 | * | format | decided D-03 | Texts are UTF-8 and come back scalar by scalar as they were sent, emoji included.
        WIRE-04 | * | format | decided D-03 | Counts, sizes, dimensions and durations are JSON integers, `lat` and `lng` JSON numbers.
        WIRE-05 | * | request | decided D-09 | The endpoints lie at the root of the base URL, without a prefix such as `/api`.
        WIRE-06 | * | response | decided D-02 | A field shown in an example without a value is null or an empty array, and a field not shown is not sent.
        WIRE-07 | * | header | decided D-17 | JSON responses have the content type `application/json; charset=utf-8`.
        """#
}
