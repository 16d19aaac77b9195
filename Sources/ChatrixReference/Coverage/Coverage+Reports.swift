extension CoverageTable {
    static let reports = #"""
        REPORTS-01 | report ok contentTypeSent | report !wrongContentType
        REPORTS-02 | report 400 -reported_user_id
        REPORTS-03 | report ok +conversation_id
        REPORTS-04 | report ok +message_ids | report !invalidField(message_ids)
        REPORTS-05 | report !invalidField(reason)
        REPORTS-06 | report !invalidField(reason) +reason
        REPORTS-07 | report ok +conversation_id | report ok +message_ids | report !invalidField(conversation_id) | report !invalidField(message_ids)
        REPORTS-08 | report ok
        REPORTS-09 | report ok
        REPORTS-10 | report ok sentBefore
        REPORTS-11 | report 400
        REPORTS-12 | report 401
        REPORTS-13 | report !userNotFound
        REPORTS-14 | report !reportSelf
        """#
}
