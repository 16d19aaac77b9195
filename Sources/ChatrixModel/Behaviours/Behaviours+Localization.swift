// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let localizationRows = #"""
        LOCALE-01 | * | header | documented | Every endpoint takes the header `Accept-Language`.
        LOCALE-02 | * | header | documented | `en` is supported and is the default.
        LOCALE-03 | * | header | documented | `id` (Bahasa Indonesia) is supported.
        LOCALE-04 | * | header | documented | A tag with a region such as `en-US` is understood.
        LOCALE-05 | * | header | decided D-11 | An unsupported or malformed header means `en` and is never an error.
        LOCALE-06 | * | format | decided D-11 | Only `message` is translated, never keys, `error` or stored texts.
        """#
}
