extension CoverageTable {
    static let block = #"""
        BLOCK-01 | block ok
        BLOCK-02 | block ok
        BLOCK-03 | send !blocked blockedByOther
        BLOCK-04 | profile,post !blocked | feed,storyFeed ok afterBlock
        BLOCK-05 | profile,post !blocked | feed,storyFeed ok afterBlock
        BLOCK-06 | ensure,messages,read,view ok blockedByOther | conversations ok afterBlock
        BLOCK-07 | send,createCall,follow !blocked blocks | profile,post ok blocks
        BLOCK-08 | block ok removesFollow
        BLOCK-09 | block ok blocks
        BLOCK-10 | block !blockSelf
        BLOCK-11 | block 401
        BLOCK-12 | block !userNotFound
        UNBLOCK-01 | unblock ok
        UNBLOCK-02 | unblock ok
        UNBLOCK-03 | send,profile,createCall ok afterUnblock
        UNBLOCK-04 | me,profile ok followsLost
        UNBLOCK-05 | unblock ok blockedByOther | send,profile !blocked afterUnblock
        UNBLOCK-06 | unblock 401
        UNBLOCK-07 | unblock !blockNotFound
        """#
}
