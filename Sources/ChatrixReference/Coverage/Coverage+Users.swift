extension CoverageTable {
    static let users = #"""
        USERS-ME-GET-01 | me ok
        USERS-ME-GET-02 | me ok
        USERS-ME-GET-03 | me ok
        USERS-ME-GET-04 | me ok
        USERS-ME-GET-05 | me ok emptyField
        USERS-ME-GET-06 | me ok hasFollows | me ok pendingFollow
        USERS-ME-GET-07 | me ok hasPosts
        USERS-ME-GET-08 | me !unauthenticated
        USERS-ME-GET-09 | me !invalidToken
        USERS-ME-PATCH-01 | updateMe ok form
        USERS-ME-PATCH-02 | updateMe ok json
        USERS-ME-PATCH-03 | updateMe ok +full_name
        USERS-ME-PATCH-04 | updateMe ok +bio
        USERS-ME-PATCH-05 | updateMe ok @avatar
        USERS-ME-PATCH-06 | updateMe ok
        USERS-ME-PATCH-07 | updateMe ok
        USERS-ME-PATCH-08 | me ok afterUpdate
        USERS-ME-PATCH-09 | updateMe ok @avatar
        USERS-ME-PATCH-10 | updateMe ok +full_name -bio | updateMe ok +bio -full_name | updateMe ok full_name#=0 | updateMe ok bio#=0
        USERS-ME-PATCH-11 | updateMe ok -full_name -bio -avatar
        USERS-ME-PATCH-12 | updateMe ok +username | updateMe ok +phone | updateMe ok +website | updateMe ok +is_private
        USERS-ME-PATCH-13 | updateMe 400
        USERS-ME-PATCH-14 | updateMe !unsupportedFileType
        USERS-ME-PATCH-15 | updateMe !fileTooLarge
        USERS-ME-PATCH-16 | updateMe 401
        USERS-GET-01 | profile ok anonymous | profile ok private
        USERS-GET-02 | profile ok byID
        USERS-GET-03 | profile ok not:byID
        USERS-GET-04 | profile ok nameInOtherCase | profile !userNotFound byID
        USERS-GET-05 | me ok
        USERS-GET-06 | profile ok
        USERS-GET-07 | profile ok
        USERS-GET-08 | profile ok
        USERS-GET-09 | profile ok following
        USERS-GET-10 | profile ok anonymous | profile ok ofOneself | profile ok pendingFollow
        USERS-GET-11 | profile ok private
        USERS-GET-12 | profile !userNotFound byID
        USERS-GET-13 | profile !userNotFound not:byID
        USERS-GET-14 | profile !privateProfile
        USERS-GET-15 | profile !privateProfile anonymous
        USERS-GET-16 | profile !privateProfile pendingFollow
        USERS-GET-17 | profile !blocked
        """#
}
