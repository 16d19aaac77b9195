extension CoverageTable {
    static let auth = #"""
        AUTH-REGISTER-01 | register ok
        AUTH-REGISTER-02 | register ok deviceSent
        AUTH-REGISTER-03 | register ok not:deviceSent
        AUTH-REGISTER-04 | register ok not:deviceSent
        AUTH-REGISTER-05 | register !invalidField(x-device-id) | register ok deviceEmpty
        AUTH-REGISTER-06 | register ok form
        AUTH-REGISTER-07 | register ok json
        AUTH-REGISTER-08 | register !invalidField(phone) -phone
        AUTH-REGISTER-09 | register !invalidField(phone) +phone
        AUTH-REGISTER-10 | register !invalidField(phone) +phone
        AUTH-REGISTER-11 | register !invalidField(username) -username
        AUTH-REGISTER-12 | register !invalidField(username) username#<3 | register ok username#=3
        AUTH-REGISTER-13 | register !invalidField(username) username#>2 | register ok username#=30
        AUTH-REGISTER-14 | register !invalidField(password) -password
        AUTH-REGISTER-15 | register !invalidField(password) password#<6 | register ok password#=6
        AUTH-REGISTER-16 | register ok +full_name
        AUTH-REGISTER-17 | register ok @avatar
        AUTH-REGISTER-18 | register ok @avatar | register !unsupportedFileType
        AUTH-REGISTER-19 | register !invalidField(avatar)
        AUTH-REGISTER-20 | register ok
        AUTH-REGISTER-21 | register ok
        AUTH-REGISTER-22 | register ok
        AUTH-REGISTER-23 | register ok -full_name | register ok -avatar
        AUTH-REGISTER-24 | register ok
        AUTH-REGISTER-25 | register ok @avatar
        AUTH-REGISTER-26 | register 400
        AUTH-REGISTER-27 | register !unsupportedFileType
        AUTH-REGISTER-28 | register !fileTooLarge
        AUTH-REGISTER-29 | register !phoneTaken
        AUTH-REGISTER-30 | register !usernameTaken
        AUTH-REGISTER-31 | register !usernameTaken takenInOtherCase
        AUTH-REGISTER-32 | register 400 takenToo
        AUTH-REGISTER-33 | register ok afterRefusal
        AUTH-LOGIN-01 | login ok
        AUTH-LOGIN-02 | login ok
        AUTH-LOGIN-03 | login ok
        AUTH-LOGIN-04 | login ok not:byPhone
        AUTH-LOGIN-05 | login ok byPhone
        AUTH-LOGIN-06 | login !invalidCredentials byPhone | login !invalidCredentials namesPhone
        AUTH-LOGIN-07 | login ok
        AUTH-LOGIN-08 | login ok
        AUTH-LOGIN-09 | login ok
        AUTH-LOGIN-10 | login 400
        AUTH-LOGIN-11 | login !invalidField(phoneOrUsername) | login !invalidField(password)
        AUTH-LOGIN-12 | login !invalidCredentials
        AUTH-LOGIN-13 | login !invalidCredentials unknownAccount
        AUTH-LOGIN-14 | login !invalidCredentials password#<6
        AUTH-LOGIN-15 | login ok knownDevice
        AUTH-LOGIN-16 | login ok not:knownDevice
        AUTH-REFRESH-01 | refresh ok
        AUTH-REFRESH-02 | refresh !deviceIDRequired
        AUTH-REFRESH-03 | refresh ok | refresh !invalidRefreshToken tokenOfOtherDevice
        AUTH-REFRESH-04 | refresh ok
        AUTH-REFRESH-05 | refresh ok
        AUTH-REFRESH-06 | refresh ok
        AUTH-REFRESH-07 | refresh 400
        AUTH-REFRESH-08 | refresh !invalidRefreshToken
        AUTH-REFRESH-09 | refresh !invalidRefreshToken tokenExpired
        AUTH-REFRESH-10 | refresh !deviceIDRequired
        AUTH-REFRESH-11 | refresh !invalidRefreshToken tokenOfOtherDevice
        AUTH-REFRESH-12 | refresh !deviceIDRequired bodyUnusable
        AUTH-REFRESH-13 | refresh !invalidRefreshToken tokenUsedUp
        AUTH-REFRESH-14 | refresh ok afterReplay
        AUTH-REFRESH-15 | refresh !invalidRefreshToken tokenIsAccess
        AUTH-REFRESH-16 | refresh ok
        """#
}
