extension CoverageTable {
    static let errors = #"""
        ERROR-01 | any refused
        ERROR-02 | any refused
        ERROR-03 | any refused
        ERROR-04 | any refused
        ERROR-05 | any refused
        ERROR-06 | any refused
        ERROR-07 | any refused querySent | any refused escapedPath
        ERROR-08 | any refused indonesian
        ERROR-09 | unfollow,file,preview refused
        ERROR-10 | any 400
        ERROR-11 | any 401
        ERROR-12 | any 403
        ERROR-13 | any 404
        ERROR-14 | any 409
        ERROR-15 | any 413
        ERROR-16 | any 429
        ERROR-17 | any 500
        ERROR-18 | any 500
        ERROR-19 | unknownRoute 404
        ERROR-20 | wrongMethod 405
        ERROR-21 | any !malformedBody
        ERROR-22 | any ok unknownField | any ok repeatedField
        ERROR-23 | any 400 fieldOfOtherType | any ok nullField
        ERROR-24 | any 413 not:form bodySent
        ERROR-25 | any !wrongContentType
        ERROR-26 | any !malformedForm | any 400 partOfOtherKind
        ERROR-27 | any !bodyTooLarge form | any !storageUploadTooLarge form hugeBody
        ERROR-28 | unknownRoute,wrongMethod 429 | guarded 429 anonymous | wrongMethod 405 anonymous | guarded 401 malformedJSON
        ERROR-29 | messages,send,read,view,profile,post,follow,createCall,answerCall,endCall 404
        ERROR-30 | writers refused
        """#
}
