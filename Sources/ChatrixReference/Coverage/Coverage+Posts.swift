extension CoverageTable {
    static let posts = #"""
        POSTS-CREATE-01 | createPost ok
        POSTS-CREATE-02 | createPost ok
        POSTS-CREATE-03 | createPost ok | createPost !unsupportedFileType
        POSTS-CREATE-04 | createPost ok +caption
        POSTS-CREATE-05 | createPost ok +location
        POSTS-CREATE-06 | createPost ok +is_private
        POSTS-CREATE-07 | createPost !invalidField(is_private) | createPost ok +is_private
        POSTS-CREATE-08 | createPost 400 media*>10 | createPost ok media*=10
        POSTS-CREATE-09 | createPost !invalidField(location)
        POSTS-CREATE-10 | createPost ok
        POSTS-CREATE-11 | createPost ok
        POSTS-CREATE-12 | createPost ok
        POSTS-CREATE-13 | createPost ok
        POSTS-CREATE-14 | createPost ok
        POSTS-CREATE-15 | createPost ok +caption
        POSTS-CREATE-16 | createPost ok media*>1
        POSTS-CREATE-17 | createPost ok
        POSTS-CREATE-18 | createPost ok
        POSTS-CREATE-19 | createPost 400
        POSTS-CREATE-20 | createPost 400 media*=0
        POSTS-CREATE-21 | createPost !unsupportedFileType
        POSTS-CREATE-22 | createPost 401
        POSTS-CREATE-23 | createPost !fileTooLarge
        POSTS-CREATE-24 | createPost !unsupportedFileType media*>1 | createPost !fileTooLarge media*>1
        POSTS-GET-01 | post ok anonymous | post !privatePost anonymous
        POSTS-GET-02 | post ok
        POSTS-GET-03 | post ok
        POSTS-GET-04 | post ok
        POSTS-GET-05 | post ok
        POSTS-GET-06 | post ok located
        POSTS-GET-07 | post ok
        POSTS-GET-08 | post ok
        POSTS-GET-09 | post ok not:located
        POSTS-GET-10 | post ok liked | post ok saved | post ok anonymous
        POSTS-GET-11 | post !postNotFound
        POSTS-GET-12 | post 403
        POSTS-GET-13 | post !privatePost
        POSTS-GET-14 | post !privatePost anonymous
        POSTS-GET-15 | post !blocked
        POSTS-GET-16 | post !postNotFound malformedPathID
        POSTS-FEED-01 | feed ok
        POSTS-FEED-02 | feed ok -?limit
        POSTS-FEED-03 | feed ok ?limit=50 | feed !invalidParameter(limit)
        POSTS-FEED-04 | feed ok ?before
        POSTS-FEED-05 | feed ok
        POSTS-FEED-06 | feed ok
        POSTS-FEED-07 | feed ok items
        POSTS-FEED-08 | feed ok items
        POSTS-FEED-09 | feed ok items
        POSTS-FEED-10 | feed ok items
        POSTS-FEED-11 | feed ok pendingFollow | feed ok hasPosts
        POSTS-FEED-12 | feed ok afterUnfollow | feed ok olderThanFollow
        POSTS-FEED-13 | feed ok afterBlock
        POSTS-FEED-14 | feed ok severalItems
        POSTS-FEED-15 | feed ok ?before
        POSTS-FEED-16 | feed 401
        """#
}
