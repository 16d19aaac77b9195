// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let errorsRows = #"""
        ERROR-01 | * | format | documented | Every error response is a JSON object with exactly `statusCode`, `message`, `error`, `timestamp` and `path`.
        ERROR-02 | * | format | documented | `statusCode` is an integer and equals the HTTP status.
        ERROR-03 | * | format | documented | `message` is a text that describes the error.
        ERROR-04 | * | format | documented | `error` is the name of the status, for example `Bad Request` for 400.
        ERROR-05 | * | format | documented | `timestamp` is an ISO 8601 UTC timestamp.
        ERROR-06 | * | format | documented | `path` is a text with the path of the request.
        ERROR-07 | * | format | decided D-10 | `path` has no query and keeps the percent-encoding of the request.
        ERROR-08 | * | format | decided D-10 | `error` is always the English phrase of the fixed table.
        ERROR-09 | * | format | decided D-10 | The envelope is used also where the success response is not JSON.
        ERROR-10 | * | status | documented | 400 with `Bad Request` stands for invalid request data.
        ERROR-11 | * | status | documented | 401 with `Unauthorized` stands for missing or invalid authentication.
        ERROR-12 | * | status | documented | 403 with `Forbidden` stands for a lack of permission on the resource.
        ERROR-13 | * | status | documented | 404 with `Not Found` stands for a resource that does not exist.
        ERROR-14 | * | status | documented | 409 with `Conflict` stands for a conflict such as a duplicate entry.
        ERROR-15 | * | status | documented | 413 with `Payload Too Large` stands for a request entity above the limit.
        ERROR-16 | * | status | documented | 429 with `Too Many Requests` stands for an exceeded rate limit.
        ERROR-17 | * | status | documented | 500 with `Internal Server Error` stands for a fault of the server.
        ERROR-18 | * | status | decided D-17 | A 500 has the same envelope and shows nothing internal.
        ERROR-19 | * | status | decided D-13 | An unknown route answers 404.
        ERROR-20 | * | status | decided D-13 | A known route with another method answers 405 with an `Allow` header.
        ERROR-21 | * | status | decided D-14 | A JSON body that is malformed or not an object answers 400.
        ERROR-22 | * | request | decided D-14 | Unknown fields in a request body are ignored.
        ERROR-23 | * | status | decided D-14 | A field of the wrong JSON type answers 400 without coercion.
        ERROR-24 | * | limit | decided D-14 | A JSON body above 1 MiB answers 413.
        ERROR-25 | * | status | decided D-15 | A wrong content type answers 400.
        ERROR-26 | * | status | decided D-16 | A multipart body with broken framing answers 400.
        ERROR-27 | * | limit | decided D-16 | A multipart body above 256 MiB answers 413, on storage routes 400.
        ERROR-28 | * | status | decided D-12 | When several faults apply, the order is 429, 404 route or 405, 401, 413, 400, 404 object, 403, state.
        ERROR-29 | * | status | decided D-12 | An object that does not exist answers 404 before any 403 is considered.
        ERROR-30 | * | side-effect | decided D-08 | A refused request changes no data and emits no event.
        """#
}
