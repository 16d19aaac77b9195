extension CoverageTable {
    static let contacts = #"""
        CONTACTS-01 | contacts ok ?query
        CONTACTS-02 | contacts ok -?limit
        CONTACTS-03 | contacts ok ?limit=100 | contacts !invalidParameter(limit)
        CONTACTS-04 | contacts ok
        CONTACTS-05 | contacts ok
        CONTACTS-06 | contacts ok registered
        CONTACTS-07 | contacts ok unregistered
        CONTACTS-08 | contacts ok items
        CONTACTS-09 | contacts ok items
        CONTACTS-10 | contacts ok lastSeen
        CONTACTS-11 | contacts ok ?before
        CONTACTS-12 | contacts ok severalItems
        CONTACTS-13 | contacts ok ?query
        CONTACTS-14 | contacts ok registered
        CONTACTS-15 | contacts ok lastSeen
        CONTACTS-16 | contacts 401
        """#
}
