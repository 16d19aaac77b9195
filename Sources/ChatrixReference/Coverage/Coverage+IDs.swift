extension CoverageTable {
    static let ids = #"""
        IDS-01 | any ok created
        IDS-02 | any ok created
        IDS-03 | any 404 malformedPathID | any 400 malformedID
        """#
}
