// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let paginationRows = #"""
        PAGE-01 | * | pagination | documented D-42 | Endpoints that return lists page with a cursor by means of `limit` and `before`.
        PAGE-02 | * | pagination | documented | Paging metadata in a response are `next_cursor` and `has_more`.
        PAGE-03 | * | pagination | decided D-42 | The array has the endpoint's own name and never the generic `data`.
        PAGE-04 | * | pagination | decided D-39 | `next_cursor` is the cursor of the last item of the page, also when `has_more` is false, and null on an empty page.
        PAGE-05 | * | pagination | decided D-39 | `has_more` is true exactly if another item follows the page.
        PAGE-06 | * | pagination | decided D-39 | Following the cursors from the first page yields every item exactly once and in order.
        PAGE-07 | * | pagination | decided D-40 | On the lists that take one, a `limit` that is no integer from 1 to the maximum answers 400.
        PAGE-08 | * | pagination | decided D-41 | A malformed, wrong or unknown cursor answers 400.
        PAGE-09 | * | request | decided D-42 | Unknown query parameters are ignored, and a known one given twice answers 400.
        """#
}
