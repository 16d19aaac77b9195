extension CoverageTable {
    static let wire = #"""
        WIRE-01 | ensure,conversations ok lastMessage
        WIRE-02 | any 400 otherSpelling
        WIRE-03 | any ok beyondASCII
        WIRE-04 | me,profile,createPost,post,conversations,notifications,uploadMedia,createCall,answerCall,endCall ok
        WIRE-05 | any ok | unknownRoute prefixedRoute
        WIRE-06 | me,profile,updateMe ok emptyField | register ok -full_name | send ok not:attachments | ensure ok not:lastMessage | conversations ok withoutLastMessage
        WIRE-07 | any refused | any ok jsonAnswer
        """#
}
