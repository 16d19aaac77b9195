// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let authRows = #"""
        AUTH-REGISTER-01 | POST /auth/register | auth | documented | Registration needs no bearer token.
        AUTH-REGISTER-02 | POST /auth/register | header | documented | The header `x-device-id` is optional and names the device whose session is created.
        AUTH-REGISTER-03 | POST /auth/register | side-effect | documented D-22 | When `x-device-id` is not sent, the backend makes a new UUID and uses it as the device ID of the session.
        AUTH-REGISTER-04 | POST /auth/register | side-effect | decided D-22 | A generated device ID is a version 4 UUID and can be read from the `device_id` claim of both tokens.
        AUTH-REGISTER-05 | POST /auth/register | header | decided D-22 | An `x-device-id` longer than 128 characters or with characters outside visible ASCII is answered with 400, and an empty one counts as absent.
        AUTH-REGISTER-06 | POST /auth/register | request | documented | The fields arrive as form-data, and the body is `multipart/form-data` whenever an avatar file is included.
        AUTH-REGISTER-07 | POST /auth/register | request | decided D-28 | A JSON object with the same field names is accepted when no avatar file is sent.
        AUTH-REGISTER-08 | POST /auth/register | request | documented | `phone` is required.
        AUTH-REGISTER-09 | POST /auth/register | format | documented | `phone` is a number in international form, a plus sign followed by digits such as +1234567890.
        AUTH-REGISTER-10 | POST /auth/register | format | decided D-24 | `phone` must match `^\+[1-9][0-9]{6,14}$` exactly, without trimming or separators.
        AUTH-REGISTER-11 | POST /auth/register | request | documented | `username` is required.
        AUTH-REGISTER-12 | POST /auth/register | limit | documented | `username` has at least 3 characters, so 3 are accepted and 2 refused.
        AUTH-REGISTER-13 | POST /auth/register | format | decided D-25 | `username` consists of 3 to 30 characters out of A-Z, a-z, 0-9, underscore and dot and does not have the shape of an ID.
        AUTH-REGISTER-14 | POST /auth/register | request | documented | `password` is required.
        AUTH-REGISTER-15 | POST /auth/register | limit | documented | `password` has at least 6 characters, so 6 are accepted and 5 refused.
        AUTH-REGISTER-16 | POST /auth/register | request | documented | `full_name` is optional.
        AUTH-REGISTER-17 | POST /auth/register | request | documented | `avatar` is an optional file part.
        AUTH-REGISTER-18 | POST /auth/register | format | documented | The `avatar` file must be an image.
        AUTH-REGISTER-19 | POST /auth/register | request | decided D-28 | An `avatar` that is not a file part is answered with 400.
        AUTH-REGISTER-20 | POST /auth/register | status | documented | A successful registration answers 201.
        AUTH-REGISTER-21 | POST /auth/register | response | documented | The success body has exactly `user` (object), `access_token` (string) and `refresh_token` (string).
        AUTH-REGISTER-22 | POST /auth/register | response | documented | `user` has exactly `id`, `phone`, `username`, `full_name` and `avatar_url`, all strings when they have a value.
        AUTH-REGISTER-23 | POST /auth/register | response | decided D-02 | `full_name` and `avatar_url` are null when no name or avatar was given.
        AUTH-REGISTER-24 | POST /auth/register | response | documented | `phone`, `username` and `full_name` of the answer equal the values sent.
        AUTH-REGISTER-25 | POST /auth/register | format | documented | The `avatar_url` of an uploaded avatar ends in the key `avatars/{userId}/{timestamp}-{filename}` with the ID of the new user.
        AUTH-REGISTER-26 | POST /auth/register | status | documented | Invalid input data, for example a missing or too short field, answers 400.
        AUTH-REGISTER-27 | POST /auth/register | status | documented | An avatar of a file type that is not an image answers 400.
        AUTH-REGISTER-28 | POST /auth/register | status | decided D-30 | An avatar image above 10 MB answers 413.
        AUTH-REGISTER-29 | POST /auth/register | status | documented | A phone number that is already registered answers 409.
        AUTH-REGISTER-30 | POST /auth/register | status | documented | A username that is already registered answers 409.
        AUTH-REGISTER-31 | POST /auth/register | status | decided D-25 | A username that differs from an existing one only in ASCII case answers 409.
        AUTH-REGISTER-32 | POST /auth/register | status | decided D-28 | A request that is both invalid and in conflict answers 400.
        AUTH-REGISTER-33 | POST /auth/register | side-effect | decided D-28 | A refused registration stores neither a user nor a file, so the same phone and username can be registered afterwards.
        AUTH-LOGIN-01 | POST /auth/login | auth | documented | Login needs no bearer token.
        AUTH-LOGIN-02 | POST /auth/login | header | documented | The header `x-device-id` is optional, names the device whose session is created, and is replaced by a new UUID when it is not sent.
        AUTH-LOGIN-03 | POST /auth/login | request | documented | The JSON body has `phoneOrUsername` and `password`.
        AUTH-LOGIN-04 | POST /auth/login | request | documented | `phoneOrUsername` may hold the username of the account.
        AUTH-LOGIN-05 | POST /auth/login | request | documented | `phoneOrUsername` may hold the phone number of the account.
        AUTH-LOGIN-06 | POST /auth/login | request | decided D-27 | A value of `phoneOrUsername` that starts with a plus sign is looked up only as a phone number and any other value only as a username.
        AUTH-LOGIN-07 | POST /auth/login | status | documented | A successful login answers 200.
        AUTH-LOGIN-08 | POST /auth/login | response | documented | The success body has exactly `user` (object), `access_token` (string) and `refresh_token` (string).
        AUTH-LOGIN-09 | POST /auth/login | response | documented | `user` has exactly `id`, `phone`, `username`, `full_name` and `avatar_url` of the account.
        AUTH-LOGIN-10 | POST /auth/login | status | documented | Invalid input data answers 400.
        AUTH-LOGIN-11 | POST /auth/login | status | decided D-27 | A missing, empty or non-text `phoneOrUsername` or `password` answers 400.
        AUTH-LOGIN-12 | POST /auth/login | status | documented | Wrong credentials answer 401.
        AUTH-LOGIN-13 | POST /auth/login | status | decided D-27 | An unknown account and a wrong password give the same status and the same `message`.
        AUTH-LOGIN-14 | POST /auth/login | status | decided D-27 | A password shorter than 6 characters is not checked for length at login and answers 401 when it is wrong.
        AUTH-LOGIN-15 | POST /auth/login | side-effect | decided D-23 | Logging in again on the same device makes the refresh token of the earlier session on that device unusable.
        AUTH-LOGIN-16 | POST /auth/login | side-effect | decided D-23 | Logging in on another device leaves the sessions of other devices usable.
        AUTH-REFRESH-01 | POST /auth/refresh | auth | documented | Refreshing needs no bearer token.
        AUTH-REFRESH-02 | POST /auth/refresh | header | documented | The header `x-device-id` is required.
        AUTH-REFRESH-03 | POST /auth/refresh | header | documented | `x-device-id` must be the device ID used when the session was created by login or registration.
        AUTH-REFRESH-04 | POST /auth/refresh | request | documented | The JSON body has `refresh_token`.
        AUTH-REFRESH-05 | POST /auth/refresh | status | documented | A successful refresh answers 200.
        AUTH-REFRESH-06 | POST /auth/refresh | response | documented | The success body has exactly `access_token` (string) and `refresh_token` (string), without `user`.
        AUTH-REFRESH-07 | POST /auth/refresh | status | documented | Invalid input data, such as a missing `refresh_token`, answers 400.
        AUTH-REFRESH-08 | POST /auth/refresh | status | documented | An invalid refresh token answers 401.
        AUTH-REFRESH-09 | POST /auth/refresh | status | documented | An expired refresh token answers 401.
        AUTH-REFRESH-10 | POST /auth/refresh | status | documented | A request without `x-device-id` answers 401, not 400.
        AUTH-REFRESH-11 | POST /auth/refresh | status | decided D-23 | A device ID other than the one of the token answers 401.
        AUTH-REFRESH-12 | POST /auth/refresh | status | decided D-23 | A missing `x-device-id` answers 401 even if the body is invalid too.
        AUTH-REFRESH-13 | POST /auth/refresh | state-machine | decided D-23 | A refresh token works once, and using it again answers 401.
        AUTH-REFRESH-14 | POST /auth/refresh | state-machine | decided D-23 | Replaying a used refresh token leaves the newest refresh token usable.
        AUTH-REFRESH-15 | POST /auth/refresh | status | decided D-21 | An access token sent as `refresh_token` answers 401.
        AUTH-REFRESH-16 | POST /auth/refresh | response | decided D-21 | The new tokens differ from the old ones even within the same second.
        """#
}
