extension CoverageTable {
    static let time = #"""
        TIME-01 | any refused | timed ok
        TIME-02 | any refused | timed ok
        TIME-03 | any ok created
        TIME-04 | lists ok ?after | lists !invalidParameter(after) | feed,conversations ok ?before | feed,conversations !invalidParameter(before)
        """#
}
