// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let timeRows = #"""
        TIME-01 | * | format | documented D-87 | All timestamps in responses are ISO 8601 in UTC, like `2023-04-10T12:00:00.000Z`.
        TIME-02 | * | format | decided D-07 | Timestamps have exactly three fraction digits and end in `Z`.
        TIME-03 | * | format | decided D-06 | Stored timestamps of one backend strictly increase in the order of the actions.
        TIME-04 | * | format | decided D-07 | A timestamp parameter accepts RFC 3339 with `Z` or an offset, and anything else answers 400.
        """#
}
