extension CoverageTable {
    static let rate = #"""
        RATE-01 | auth 429
        RATE-02 | others 429
        RATE-03 | uploads 429
        RATE-04 | any 429
        RATE-05 | any counted
        RATE-06 | any counted
        RATE-07 | any counted
        RATE-08 | any refused counted | unfollow ok counted | file,preview ok counted
        RATE-09 | any counted
        RATE-10 | any counted remainingFell
        RATE-11 | any 429
        RATE-12 | any counted windowRestarted
        RATE-13 | auth counted afterOtherAuthRoute
        RATE-14 | uploads counted | createPost,createStory counted
        RATE-15 | any 429
        RATE-16 | guarded ok counted | socket limited
        RATE-17 | guarded ok counted otherUser
        RATE-18 | any uncounted
        """#
}
