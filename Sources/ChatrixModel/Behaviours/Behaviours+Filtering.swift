// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let filteringRows = #"""
        FILTER-01 | * | request | documented D-44 | Many lists accept `status` as a filter by status.
        FILTER-02 | * | request | documented D-44 | Many lists accept `type` as a filter by type.
        FILTER-03 | * | request | documented D-44 | Many lists accept `user_id` as a filter by user.
        FILTER-04 | * | request | documented D-41 | Many lists accept `before` for items created before a timestamp.
        FILTER-05 | * | request | documented D-44 | Many lists accept `after` for items created after a timestamp.
        FILTER-06 | * | request | documented D-44 | `sort` names a field, and a leading `-` means descending, as in `-created_at`.
        FILTER-07 | * | request | documented D-43 | Ascending order is the general default without `sort`; none of the documented lists uses it, see FILTER-11.
        FILTER-08 | * | request | decided D-44 | Feed, conversations, messages and notifications support the filters listed for each, and other lists ignore them.
        FILTER-09 | * | request | decided D-44 | Filters are combined with AND before paging, and a value that matches nothing gives an empty page.
        FILTER-10 | * | request | decided D-44 | `sort=created_at` (conversations `updated_at`) lists the oldest first with a timestamp as `next_cursor` to be sent as `after`.
        FILTER-11 | * | request | decided D-43 | The four paged lists are newest first without `sort`.
        """#
}
