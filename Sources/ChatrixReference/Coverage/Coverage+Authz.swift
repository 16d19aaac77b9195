extension CoverageTable {
    static let authz = #"""
        AUTHZ-01 | guarded !unauthenticated
        AUTHZ-02 | guarded ok
        AUTHZ-03 | guarded !unauthenticated
        AUTHZ-04 | any !invalidToken
        AUTHZ-05 | guarded ok
        AUTHZ-06 | auth ok
        AUTHZ-07 | open ok authorizationSent
        AUTHZ-08 | optional ok anonymous
        AUTHZ-09 | any !invalidToken tokenForged
        AUTHZ-10 | any !invalidToken tokenExpired
        AUTHZ-11 | any !invalidToken tokenIsRefresh
        AUTHZ-12 | optional !invalidToken
        AUTHZ-13 | any ok schemeInOtherCase | any !invalidToken otherScheme
        AUTHZ-14 | any !invalidToken tokenOfNobody
        AUTHZ-15 | auth ok
        AUTHZ-16 | auth ok
        AUTHZ-17 | register,login +password
        """#
}
