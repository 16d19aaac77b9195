extension CoverageTable {
    static let pagination = #"""
        PAGE-01 | lists ok ?limit | lists ok ?before
        PAGE-02 | lists ok
        PAGE-03 | lists ok
        PAGE-04 | lists ok
        PAGE-05 | lists ok more | lists ok items ?limit
        PAGE-06 | lists ok ?before | lists ok ?after
        PAGE-07 | lists,contacts !invalidParameter(limit)
        PAGE-08 | lists !invalidParameter(before) | lists !unknownCursor
        PAGE-09 | lists,contacts ok unknownParameter | lists,contacts 400 repeatedParameter
        """#
}
