// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let filesRows = #"""
        FILES-01 | * | format | documented | Supported images are JPEG, PNG, GIF and WebP.
        FILES-02 | * | format | documented | Supported videos are MP4, WebM and MOV.
        FILES-03 | * | format | documented | Supported documents are PDF, DOC, DOCX and TXT.
        FILES-04 | * | limit | documented | An image has at most 10MB.
        FILES-05 | * | limit | documented | A video has at most 100MB.
        FILES-06 | * | limit | documented D-73 | A document has at most 25MB.
        FILES-07 | * | limit | documented D-73 | The notes give 20MB as the maximum of file uploads.
        FILES-08 | * | limit | decided D-73 | Media, posts and stories use 10 MB per image and 100 MB per video, storage uses 20 MB for everything, and 25 MB is never reached.
        FILES-09 | * | limit | decided D-73 | A file of exactly the limit is accepted, with 1 MB as 1048576 bytes.
        FILES-10 | * | format | decided D-72 | The type is recognised by content and not by name or declared type.
        FILES-11 | * | status | decided D-74 | Too large is 413 on posts, stories, media and avatars and 400 on storage.
        FILES-12 | * | format | documented | Avatars are stored under `avatars/{userId}/{timestamp}-{filename}`.
        FILES-13 | * | format | decided D-76 | File names in keys keep only letters, digits, dot, underscore and hyphen, and every key is unique.
        """#
}
