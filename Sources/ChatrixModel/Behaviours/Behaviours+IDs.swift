// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let idsRows = #"""
        IDS-01 | * | format | decided D-04 | IDs are texts of 24 lowercase hex characters, as in the examples.
        IDS-02 | * | format | decided D-04 | IDs are unique across all kinds and grow in the order of creation.
        IDS-03 | * | status | decided D-05 | A malformed ID answers 404 in a path and 400 in a body or query.
        """#
}
