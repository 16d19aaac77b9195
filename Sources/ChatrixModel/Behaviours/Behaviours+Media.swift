// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let mediaRows = #"""
        MEDIA-UPLOAD-01 | POST /media/upload | request | documented | The body is `multipart/form-data`.
        MEDIA-UPLOAD-02 | POST /media/upload | request | documented | `file` is required and is an image or a video.
        MEDIA-UPLOAD-03 | POST /media/upload | request | documented | `type` is an optional form field with the value `image` or `video`.
        MEDIA-UPLOAD-04 | POST /media/upload | request | documented | Without `type` the kind of media is detected by the backend.
        MEDIA-UPLOAD-05 | POST /media/upload | request | decided D-75 | A `type` with another value or one that contradicts the content answers 400.
        MEDIA-UPLOAD-06 | POST /media/upload | status | documented | Success answers 201.
        MEDIA-UPLOAD-07 | POST /media/upload | response | documented | The body has exactly `id`, `url`, `type`, `width`, `height`, `size`, `mime_type` and `created_at`.
        MEDIA-UPLOAD-08 | POST /media/upload | response | documented | `width`, `height` and `size` are integers and `mime_type` is a text such as `image/jpeg`.
        MEDIA-UPLOAD-09 | POST /media/upload | response | decided D-75 | `size` is the number of bytes of the file and `type` the detected kind.
        MEDIA-UPLOAD-10 | POST /media/upload | response | decided D-35 | `width` and `height` are the pixel sizes of an image and null for a video.
        MEDIA-UPLOAD-11 | POST /media/upload | status | documented | An invalid or missing file answers 400.
        MEDIA-UPLOAD-12 | POST /media/upload | status | documented | A file type that is not supported answers 400.
        MEDIA-UPLOAD-13 | POST /media/upload | status | decided D-75 | A document answers 400.
        MEDIA-UPLOAD-14 | POST /media/upload | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        MEDIA-UPLOAD-15 | POST /media/upload | status | documented | A file that is too large answers 413.
        """#
}
