extension CoverageTable {
    static let filtering = #"""
        FILTER-01 | messages ok ?status
        FILTER-02 | messages,notifications ok ?type
        FILTER-03 | lists ok ?user_id
        FILTER-04 | feed,conversations ok ?before
        FILTER-05 | lists ok ?after
        FILTER-06 | lists ok ?sort
        FILTER-07 | lists ok severalItems -?sort
        FILTER-08 | lists ok filtered | lists 400 filtered
        FILTER-09 | lists ok severalFilters | lists ok filtered not:items
        FILTER-10 | lists ok oldestFirst
        FILTER-11 | lists ok severalItems -?sort
        """#
}
