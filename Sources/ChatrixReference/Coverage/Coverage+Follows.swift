extension CoverageTable {
    static let follows = #"""
        FOLLOW-01 | follow ok
        FOLLOW-02 | follow ok
        FOLLOW-03 | follow ok
        FOLLOW-04 | follow ok not:pending
        FOLLOW-05 | follow ok pending
        FOLLOW-06 | me,profile ok hasFollows | me,profile ok pendingFollow
        FOLLOW-07 | notifications ok followNotification
        FOLLOW-08 | control:follow-accept ok | control:follow-decline ok
        FOLLOW-09 | follow !alreadyFollowing
        FOLLOW-10 | follow !alreadyFollowing pendingFollow
        FOLLOW-11 | follow 401
        FOLLOW-12 | follow !userNotFound
        FOLLOW-13 | follow !followSelf
        FOLLOW-14 | follow !blocked
        UNFOLLOW-01 | unfollow ok
        UNFOLLOW-02 | unfollow ok
        UNFOLLOW-03 | unfollow !followNotFound unfollowedBefore | follow ok unfollowedBefore
        UNFOLLOW-04 | unfollow ok pendingFollow
        UNFOLLOW-05 | unfollow 401
        UNFOLLOW-06 | unfollow !followNotFound
        UNFOLLOW-07 | unfollow !followNotFound ofOneself | unfollow !followNotFound unknownUser
        """#
}
