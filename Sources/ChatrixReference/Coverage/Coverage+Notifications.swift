extension CoverageTable {
    static let notifications = #"""
        NOTIFICATIONS-01 | notifications ok -?limit
        NOTIFICATIONS-02 | notifications ok ?limit=50 | notifications !invalidParameter(limit)
        NOTIFICATIONS-03 | notifications ok ?before
        NOTIFICATIONS-04 | notifications ok
        NOTIFICATIONS-05 | notifications ok
        NOTIFICATIONS-06 | notifications ok likeNotification
        NOTIFICATIONS-07 | notifications ok followNotification
        NOTIFICATIONS-08 | notifications ok items
        NOTIFICATIONS-09 | notifications ok likeNotification
        NOTIFICATIONS-10 | notifications ok items
        NOTIFICATIONS-11 | notifications ok severalItems
        NOTIFICATIONS-12 | notifications ok unread
        NOTIFICATIONS-13 | notifications ok unread
        NOTIFICATIONS-14 | notifications ok
        NOTIFICATIONS-15 | notifications ok afterWithdrawal
        NOTIFICATIONS-16 | notifications 401
        """#
}
