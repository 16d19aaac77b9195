// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let rateRows = #"""
        RATE-01 | * | limit | documented | Authentication endpoints allow 10 requests per minute.
        RATE-02 | * | limit | documented | Endpoints that are neither authentication nor media upload allow 100 requests per 15 minutes.
        RATE-03 | * | limit | documented D-85 | Media uploads are limited to 20 per hour.
        RATE-04 | * | status | documented | A request above the limit answers 429.
        RATE-05 | * | header | documented | Every response carries `X-RateLimit-Limit` with the number of requests allowed.
        RATE-06 | * | header | documented | Every response carries `X-RateLimit-Remaining` with the number of requests left.
        RATE-07 | * | header | documented D-87 | Every response carries `X-RateLimit-Reset` with the time at which the limit resets.
        RATE-08 | * | header | decided D-87 | The headers are also on errors, on 204, on downloads and on 429 itself.
        RATE-09 | * | header | decided D-87 | `X-RateLimit-Reset` is a Unix time in whole seconds, rounded up.
        RATE-10 | * | header | decided D-87 | `X-RateLimit-Remaining` falls by 1 with each served request of the window and never below 0.
        RATE-11 | * | header | decided D-87 | A 429 carries `Retry-After` in whole seconds.
        RATE-12 | * | limit | decided D-85 | The window is fixed, starts with the first request and lasts 60 s, 900 s or 3600 s by class.
        RATE-13 | * | limit | decided D-85 | The three authentication routes share one counter.
        RATE-14 | * | limit | decided D-85 | POST /media/upload and the two storage uploads are media uploads, POST /posts and POST /stories are not.
        RATE-15 | * | limit | decided D-85 | A request counts in exactly one class, and requests answered with 429 do not count.
        RATE-16 | * | limit | decided D-86 | The counter belongs to the user of a good access token, otherwise, and always on `/auth/*`, `/admin/*` and the WebSocket upgrade, to the client address.
        RATE-17 | * | limit | decided D-86 | Requests of one user do not use up another user's quota.
        RATE-18 | * | limit | decided D-88 | In the mode `off` nothing is counted and the headers are absent.
        """#
}
