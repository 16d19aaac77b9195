extension CoverageTable {
    static let websocket = #"""
        WS-01 | socket opened
        WS-02 | socket rejected | unknownRoute !upgradeRequired
        WS-03 | frame | push
        WS-04 | push:error
        WS-05 | socket binary | socket oversized
        WS-IN-01 | push:message
        WS-IN-02 | push:message_update
        WS-IN-03 | push:message_delete
        WS-IN-04 | push:typing
        WS-IN-05 | push:call
        WS-IN-06 | push:call_accept
        WS-IN-07 | push:call_reject
        WS-IN-08 | push:call_end
        WS-IN-09 | push:notification
        WS-IN-10 | push:presence
        WS-IN-11 | push:message overHTTP
        WS-IN-12 | push:notification
        WS-IN-13 | push:presence
        WS-OUT-01 | frame:subscribe ok
        WS-OUT-02 | frame:unsubscribe ok
        WS-OUT-03 | frame:typing ok
        WS-OUT-04 | frame:call ok
        WS-OUT-05 | frame:call_accept ok
        WS-OUT-06 | frame:call_reject ok
        WS-OUT-07 | frame:call_end ok
        WS-OUT-08 | frame:message ok
        WS-OUT-09 | frame:message_update
        WS-OUT-10 | frame:message_delete
        WS-OUT-11 | frame:subscribe,frame:unsubscribe | push overHTTP
        WS-OUT-12 | push:typing | frame:typing refused
        WS-OUT-13 | frame:call_reject
        WS-OUT-14 | frame:message,frame:call,frame:call_accept,frame:call_end
        WS-OUT-15 | frame:message,frame:message_update,frame:message_delete,frame:call,frame:call_accept,frame:call_reject,frame:call_end ok | send,createCall,answerCall,endCall ok connected
        WS-OUT-16 | frame:message_update,frame:message_delete
        WS-OUT-17 | frame:message_delete ok
        """#
}
