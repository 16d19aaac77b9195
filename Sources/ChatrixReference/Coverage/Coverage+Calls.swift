extension CoverageTable {
    static let calls = #"""
        CALL-CREATE-01 | createCall ok contentTypeSent | createCall !wrongContentType
        CALL-CREATE-02 | createCall ok | createCall !invalidField(recipient_id)
        CALL-CREATE-03 | createCall ok | createCall !invalidField(type)
        CALL-CREATE-04 | createCall ok | createCall !invalidField(offer)
        CALL-CREATE-05 | createCall ok
        CALL-CREATE-06 | createCall ok
        CALL-CREATE-07 | createCall ok
        CALL-CREATE-08 | createCall ok
        CALL-CREATE-09 | createCall ok
        CALL-CREATE-10 | push:call | socket opened afterCall
        CALL-CREATE-11 | createCall 400
        CALL-CREATE-12 | createCall !callSelf
        CALL-CREATE-13 | createCall ok calleeBusy
        CALL-CREATE-14 | createCall 401
        CALL-CREATE-15 | createCall 403
        CALL-CREATE-16 | createCall !blocked blockedByOther
        CALL-CREATE-17 | createCall !blocked blocks
        CALL-CREATE-18 | createCall !userNotFound
        CALL-ANSWER-01 | answerCall ok contentTypeSent | answerCall !wrongContentType
        CALL-ANSWER-02 | answerCall ok | answerCall !invalidField(answer)
        CALL-ANSWER-03 | answerCall ok
        CALL-ANSWER-04 | answerCall ok
        CALL-ANSWER-05 | answerCall ok
        CALL-ANSWER-06 | answerCall ok
        CALL-ANSWER-07 | answerCall ok
        CALL-ANSWER-08 | answerCall ok
        CALL-ANSWER-09 | push:call_accept
        CALL-ANSWER-10 | answerCall 400
        CALL-ANSWER-11 | answerCall 401
        CALL-ANSWER-12 | answerCall !notCallRecipient
        CALL-ANSWER-13 | answerCall !callNotFound
        CALL-ANSWER-14 | answerCall 409 not:callOver
        CALL-ANSWER-15 | answerCall 409 callOver
        CALL-END-01 | endCall ok
        CALL-END-02 | endCall ok
        CALL-END-03 | endCall ok answered
        CALL-END-04 | endCall ok
        CALL-END-05 | endCall ok answered
        CALL-END-06 | endCall ok byCallee | endCall ok not:answered
        CALL-END-07 | endCall ok not:answered
        CALL-END-08 | push:call_end
        CALL-END-09 | endCall 401
        CALL-END-10 | endCall !notCallParticipant
        CALL-END-11 | endCall !callNotFound
        CALL-END-12 | endCall 409
        CALL-END-13 | answerCall ok longRinging | endCall ok longRinging
        """#
}
