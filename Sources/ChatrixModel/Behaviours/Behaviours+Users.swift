// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let usersRows = #"""
        USERS-ME-GET-01 | GET /users/me | status | documented | Success answers 200.
        USERS-ME-GET-02 | GET /users/me | response | documented | The body has exactly `id`, `phone`, `username`, `full_name`, `avatar_url`, `bio`, `website`, `is_private`, `follower_count`, `following_count`, `post_count` and `created_at`.
        USERS-ME-GET-03 | GET /users/me | response | documented | Text fields are strings when they have a value, `is_private` is a boolean, the three counters are integers and `created_at` is a timestamp.
        USERS-ME-GET-04 | GET /users/me | response | documented | The body describes the user to whom the token was issued.
        USERS-ME-GET-05 | GET /users/me | response | decided D-02 | `full_name`, `avatar_url`, `bio` and `website` are null without a value.
        USERS-ME-GET-06 | GET /users/me | response | decided D-31 | `follower_count` and `following_count` count only accepted follows.
        USERS-ME-GET-07 | GET /users/me | response | decided D-31 | `post_count` counts all existing posts of the user, private ones included.
        USERS-ME-GET-08 | GET /users/me | status | documented | A missing token answers 401.
        USERS-ME-GET-09 | GET /users/me | status | documented | An invalid token answers 401.
        USERS-ME-PATCH-01 | PATCH /users/me | request | documented | The fields arrive as form-data, with `multipart/form-data` whenever an avatar file is included.
        USERS-ME-PATCH-02 | PATCH /users/me | request | decided D-28 | A JSON object with the same field names is accepted when no avatar file is sent.
        USERS-ME-PATCH-03 | PATCH /users/me | request | documented | `full_name` is optional and sets a new name.
        USERS-ME-PATCH-04 | PATCH /users/me | request | documented | `bio` is optional and sets a short biography.
        USERS-ME-PATCH-05 | PATCH /users/me | request | documented | `avatar` is an optional image file that becomes the profile picture.
        USERS-ME-PATCH-06 | PATCH /users/me | status | documented | Success answers 200.
        USERS-ME-PATCH-07 | PATCH /users/me | response | documented | The body has exactly `id`, `phone`, `username`, `full_name`, `bio` and `avatar_url`, without counters, `website`, `is_private` and `created_at`.
        USERS-ME-PATCH-08 | PATCH /users/me | side-effect | documented | The values sent are shown by a later GET /users/me.
        USERS-ME-PATCH-09 | PATCH /users/me | format | documented | The URL of an uploaded avatar ends in the key `avatars/{userId}/{timestamp}-{filename}`.
        USERS-ME-PATCH-10 | PATCH /users/me | side-effect | decided D-29 | Fields that are not sent keep their value, and an empty text clears the value to null.
        USERS-ME-PATCH-11 | PATCH /users/me | status | decided D-29 | A request without any recognised field answers 200 with the unchanged profile.
        USERS-ME-PATCH-12 | PATCH /users/me | side-effect | decided D-29 | `username`, `phone`, `website` and `is_private` cannot be changed here and are ignored.
        USERS-ME-PATCH-13 | PATCH /users/me | status | documented | Invalid input data answers 400.
        USERS-ME-PATCH-14 | PATCH /users/me | status | documented | A file that is not an image answers 400.
        USERS-ME-PATCH-15 | PATCH /users/me | status | decided D-30 | An avatar image above 10 MB answers 413.
        USERS-ME-PATCH-16 | PATCH /users/me | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        USERS-GET-01 | GET /users/:identifier | auth | documented | The bearer token is optional and is needed for private accounts.
        USERS-GET-02 | GET /users/:identifier | request | documented | `identifier` may be the ID of the user.
        USERS-GET-03 | GET /users/:identifier | request | documented | `identifier` may be the username of the user.
        USERS-GET-04 | GET /users/:identifier | request | decided D-32 | A value of ID shape is looked up only as an ID and any other value only as a username without regard to ASCII case.
        USERS-GET-05 | GET /users/:identifier | request | decided D-13 | `me` is the caller's own profile route and never an identifier.
        USERS-GET-06 | GET /users/:identifier | status | documented | Success answers 200.
        USERS-GET-07 | GET /users/:identifier | response | documented | The body has exactly `id`, `username`, `full_name`, `avatar_url`, `bio`, `website`, `is_private`, `follower_count`, `following_count`, `post_count`, `is_following` and `created_at`.
        USERS-GET-08 | GET /users/:identifier | response | documented | `is_private` and `is_following` are booleans and the three counters are integers.
        USERS-GET-09 | GET /users/:identifier | response | documented | `is_following` tells whether the caller follows this user.
        USERS-GET-10 | GET /users/:identifier | response | decided D-31 | `is_following` is false for anonymous callers, for a pending request and for oneself.
        USERS-GET-11 | GET /users/:identifier | auth | decided D-33 | A private profile is visible to its owner and to accepted followers.
        USERS-GET-12 | GET /users/:identifier | status | documented | An unknown ID answers 404.
        USERS-GET-13 | GET /users/:identifier | status | documented | An unknown username answers 404.
        USERS-GET-14 | GET /users/:identifier | status | documented | A private profile that the caller does not follow answers 403.
        USERS-GET-15 | GET /users/:identifier | status | decided D-33 | An anonymous request for a private profile answers 403.
        USERS-GET-16 | GET /users/:identifier | status | decided D-33 | A caller whose follow request is still pending gets 403 on a private profile.
        USERS-GET-17 | GET /users/:identifier | status | decided D-64 | A user blocked by the owner of the profile gets 403.
        """#
}
