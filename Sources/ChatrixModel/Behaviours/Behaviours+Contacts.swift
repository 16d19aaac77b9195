// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let contactsRows = #"""
        CONTACTS-01 | GET /contacts | request | documented | `query` is an optional search text.
        CONTACTS-02 | GET /contacts | limit | documented | `limit` is optional with default 20.
        CONTACTS-03 | GET /contacts | limit | documented | The maximum of `limit` is 100.
        CONTACTS-04 | GET /contacts | status | documented | Success answers 200.
        CONTACTS-05 | GET /contacts | response | documented | The body has exactly `contacts` (array).
        CONTACTS-06 | GET /contacts | response | documented D-60 | A registered contact has exactly `id`, `username`, `full_name`, `avatar_url`, `phone`, `is_registered`, `is_contact` and `last_seen`.
        CONTACTS-07 | GET /contacts | response | documented | An unregistered contact has exactly `phone`, `is_registered` and `is_contact`.
        CONTACTS-08 | GET /contacts | response | documented | `is_registered` is true for registered and false for unregistered contacts.
        CONTACTS-09 | GET /contacts | response | documented | `is_contact` is true for the listed contacts.
        CONTACTS-10 | GET /contacts | response | documented | `last_seen` is an ISO timestamp.
        CONTACTS-11 | GET /contacts | pagination | decided D-42 | The response has neither `next_cursor` nor `has_more`, and `before` has no effect.
        CONTACTS-12 | GET /contacts | response | decided D-60 | Registered contacts come first by username, then unregistered ones by phone.
        CONTACTS-13 | GET /contacts | request | decided D-60 | `query` matches as case-insensitive part of username, full name or phone.
        CONTACTS-14 | GET /contacts | response | decided D-60 | A contact is registered as soon as a user has that phone number.
        CONTACTS-15 | GET /contacts | response | decided D-61 | `last_seen` is the time of the contact's last activity, and registering counts as activity.
        CONTACTS-16 | GET /contacts | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        """#
}
