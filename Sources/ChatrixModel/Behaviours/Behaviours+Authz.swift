// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let authzRows = #"""
        AUTHZ-01 | * | auth | documented D-19 | Apart from the `/auth/*` routes, endpoints demand a bearer token.
        AUTHZ-02 | * | header | documented | The token travels in the header `Authorization` as `Bearer` followed by the JWT.
        AUTHZ-03 | * | status | documented | A request without a token to an endpoint that demands one answers 401.
        AUTHZ-04 | * | status | documented | A request with an invalid token answers 401.
        AUTHZ-05 | * | auth | documented | Access tokens issued by registration, login and refresh are accepted as bearer tokens at once and act for the user they were issued to.
        AUTHZ-06 | * | format | documented | The tokens issued by registration, login and refresh are JWTs whose first segment decodes to `{"alg":"HS256","typ":"JWT"}`.
        AUTHZ-07 | * | auth | decided D-19 | The routes `/auth/*` and `/admin/*` work without a token and ignore an Authorization header.
        AUTHZ-08 | * | auth | decided D-19 | GET /users/:identifier and GET /posts/:postId work without a token for public data.
        AUTHZ-09 | * | status | decided D-20 | A token that is tampered with, signed with another secret or names an `alg` other than HS256 answers 401.
        AUTHZ-10 | * | status | decided D-20 | An expired access token answers 401.
        AUTHZ-11 | * | status | decided D-20 | A refresh token sent as bearer token answers 401.
        AUTHZ-12 | * | status | decided D-20 | An invalid token answers 401 also on the two routes where a token is optional.
        AUTHZ-13 | * | header | decided D-20 | The scheme name is compared case-insensitively, and another scheme answers 401.
        AUTHZ-14 | * | status | decided D-20 | The token of a deleted user answers 401.
        AUTHZ-15 | * | format | decided D-21 | Token payloads have exactly `sub`, `type`, `device_id`, `jti`, `iat` and `exp`, where `type` is `access` or `refresh`.
        AUTHZ-16 | * | limit | decided D-21 | An access token lasts 3600 s and a refresh token 2592000 s, measured from `iat` to `exp` without leeway.
        AUTHZ-17 | * | response | decided D-26 | No response, event or webhook contains a password.
        """#
}
