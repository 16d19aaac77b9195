// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let storageRows = #"""
        STORAGE-UPLOAD-01 | POST /storage/upload | request | documented | The body is `multipart/form-data`.
        STORAGE-UPLOAD-02 | POST /storage/upload | request | documented D-77 | `type` is an optional query parameter with the values image, video, document and audio.
        STORAGE-UPLOAD-03 | POST /storage/upload | request | decided D-77 | Another value of `type` answers 400, and a valid one is not compared with the content.
        STORAGE-UPLOAD-04 | POST /storage/upload | request | documented | `file` is required.
        STORAGE-UPLOAD-05 | POST /storage/upload | limit | documented | The file has at most 20MB.
        STORAGE-UPLOAD-06 | POST /storage/upload | status | documented | Success answers 200 and not 201.
        STORAGE-UPLOAD-07 | POST /storage/upload | response | documented | The body has exactly `success` (true) and `data` (object).
        STORAGE-UPLOAD-08 | POST /storage/upload | response | documented | `data` has exactly `key` and `url`.
        STORAGE-UPLOAD-09 | POST /storage/upload | format | documented | `key` has the form `uploads/{digits}-{filename}`.
        STORAGE-UPLOAD-10 | POST /storage/upload | format | documented | `url` is absolute and ends with the key.
        STORAGE-UPLOAD-11 | POST /storage/upload | side-effect | documented | The stored bytes can be fetched again under the key.
        STORAGE-UPLOAD-12 | POST /storage/upload | request | decided D-77 | Any content is accepted, zero-length files with a name included.
        STORAGE-UPLOAD-13 | POST /storage/upload | request | decided D-80 | More than one `file` part answers 400.
        STORAGE-UPLOAD-14 | POST /storage/upload | status | documented | A request without a file answers 400.
        STORAGE-UPLOAD-15 | POST /storage/upload | status | documented | A file that is too large answers 400 and not 413.
        STORAGE-UPLOAD-16 | POST /storage/upload | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        STORAGE-MULTIPLE-01 | POST /storage/upload/multiple | request | documented | The body is `multipart/form-data`.
        STORAGE-MULTIPLE-02 | POST /storage/upload/multiple | request | documented D-77 | `type` is an optional query parameter with the values image, video, document and audio.
        STORAGE-MULTIPLE-03 | POST /storage/upload/multiple | request | documented | `files` is required and repeats for each file.
        STORAGE-MULTIPLE-04 | POST /storage/upload/multiple | limit | documented | Each file has at most 20MB.
        STORAGE-MULTIPLE-05 | POST /storage/upload/multiple | status | documented | Success answers 200.
        STORAGE-MULTIPLE-06 | POST /storage/upload/multiple | response | documented | The body has exactly `success` (true) and `data` (array), one element per file.
        STORAGE-MULTIPLE-07 | POST /storage/upload/multiple | response | documented | Each element of `data` has exactly `key` and `url`.
        STORAGE-MULTIPLE-08 | POST /storage/upload/multiple | format | documented | Each `key` has the form `uploads/{digits}-{filename}`, and all keys differ.
        STORAGE-MULTIPLE-09 | POST /storage/upload/multiple | response | decided D-80 | The elements are in the order of the parts, and a single file still gives an array.
        STORAGE-MULTIPLE-10 | POST /storage/upload/multiple | limit | decided D-80 | At most 10 files are accepted, more answer 400.
        STORAGE-MULTIPLE-11 | POST /storage/upload/multiple | side-effect | decided D-80 | If one file is refused none is stored.
        STORAGE-MULTIPLE-12 | POST /storage/upload/multiple | status | documented | A request without files answers 400.
        STORAGE-MULTIPLE-13 | POST /storage/upload/multiple | status | documented | A file that is too large answers 400.
        STORAGE-MULTIPLE-14 | POST /storage/upload/multiple | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        STORAGE-FILE-01 | GET /storage/file/:key | request | documented | `key` is the key or path of the file in storage.
        STORAGE-FILE-02 | GET /storage/file/:key | request | decided D-78 | The slashes of a key may be sent raw or as `%2F`.
        STORAGE-FILE-03 | GET /storage/file/:key | status | documented | Success answers 200.
        STORAGE-FILE-04 | GET /storage/file/:key | response | documented | The body is the file for download, with headers that suit a download.
        STORAGE-FILE-05 | GET /storage/file/:key | response | decided D-79 | The body equals the uploaded bytes, with `Content-Length`, the detected MIME type, nosniff and `Content-Disposition` attachment with the file name.
        STORAGE-FILE-06 | GET /storage/file/:key | auth | decided D-79 | Any authenticated user may read any key.
        STORAGE-FILE-07 | GET /storage/file/:key | status | documented | An unknown key answers 400 and not 404.
        STORAGE-FILE-08 | GET /storage/file/:key | status | decided D-78 | For download and preview a key with an empty, `.` or `..` segment, a backslash or a control character answers 400.
        STORAGE-FILE-09 | GET /storage/file/:key | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        STORAGE-PREVIEW-01 | GET /storage/preview/:key | status | documented | Success answers 200.
        STORAGE-PREVIEW-02 | GET /storage/preview/:key | response | documented | The body is the content of the file with its MIME type, for display in a browser.
        STORAGE-PREVIEW-03 | GET /storage/preview/:key | response | decided D-79 | The body equals the uploaded bytes, and `Content-Disposition` is inline.
        STORAGE-PREVIEW-04 | GET /storage/preview/:key | status | documented | An unknown key answers 400 and not 404.
        STORAGE-PREVIEW-05 | GET /storage/preview/:key | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        """#
}
