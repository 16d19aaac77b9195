// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let storiesRows = #"""
        STORIES-CREATE-01 | POST /stories | request | documented | The body is `multipart/form-data`.
        STORIES-CREATE-02 | POST /stories | request | documented | `media` is required and is one image or video file.
        STORIES-CREATE-03 | POST /stories | request | documented | `caption` is optional.
        STORIES-CREATE-04 | POST /stories | request | documented | `mentions` is an optional array of user IDs.
        STORIES-CREATE-05 | POST /stories | request | documented | `location` is optional and holds JSON as text.
        STORIES-CREATE-06 | POST /stories | request | documented | `expires_in` is an optional number of hours whose default is 24.
        STORIES-CREATE-07 | POST /stories | request | decided D-68 | `mentions` is a JSON array in one part or repeated parts named `mentions` or `mentions[]`, at most 20 existing users, otherwise 400.
        STORIES-CREATE-08 | POST /stories | limit | decided D-68 | `expires_in` is an integer from 1 to 168, otherwise 400.
        STORIES-CREATE-09 | POST /stories | request | decided D-68 | More than one `media` file answers 400.
        STORIES-CREATE-10 | POST /stories | status | documented | Success answers 201.
        STORIES-CREATE-11 | POST /stories | response | documented | The body has exactly `id`, `user_id`, `media`, `caption`, `view_count`, `expires_at` and `created_at`.
        STORIES-CREATE-12 | POST /stories | response | documented | `media` is one object and not an array, with exactly `url`, `type`, `width` and `height`.
        STORIES-CREATE-13 | POST /stories | response | documented | `view_count` of a new story is 0.
        STORIES-CREATE-14 | POST /stories | response | documented | `expires_at` is 24 hours after `created_at` when `expires_in` is not sent.
        STORIES-CREATE-15 | POST /stories | response | documented | `expires_at` is `expires_in` hours after `created_at` when it is sent.
        STORIES-CREATE-16 | POST /stories | response | decided D-02 | `caption` is null without one, and mentions and location are not returned.
        STORIES-CREATE-17 | POST /stories | status | documented | Invalid input data answers 400.
        STORIES-CREATE-18 | POST /stories | status | decided D-68 | A request without a `media` file answers 400.
        STORIES-CREATE-19 | POST /stories | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        STORIES-CREATE-20 | POST /stories | status | documented | A media file that is too large answers 413.
        STORIES-FEED-01 | GET /stories/feed | status | documented | Success answers 200.
        STORIES-FEED-02 | GET /stories/feed | response | documented | The body has exactly `stories` (array).
        STORIES-FEED-03 | GET /stories/feed | response | documented | Each element has exactly `user` (object) and `items` (array).
        STORIES-FEED-04 | GET /stories/feed | response | documented | `user` has exactly `id`, `username`, `full_name` and `avatar_url`.
        STORIES-FEED-05 | GET /stories/feed | response | documented | Each item has exactly `id`, `media`, `view_count`, `expires_at`, `created_at` and `is_viewed`, without `caption`.
        STORIES-FEED-06 | GET /stories/feed | response | documented | `media` of an item has exactly `url`, `type`, `width` and `height`.
        STORIES-FEED-07 | GET /stories/feed | response | documented | `view_count` is an integer and `is_viewed` a boolean.
        STORIES-FEED-08 | GET /stories/feed | response | documented | Only stories of users whom the caller follows are listed.
        STORIES-FEED-09 | GET /stories/feed | response | decided D-69 | A story disappears when `expires_at` is reached, and users without active stories are absent.
        STORIES-FEED-10 | GET /stories/feed | response | decided D-69 | Own stories, stories behind a pending follow and stories in a blocked pair are absent.
        STORIES-FEED-11 | GET /stories/feed | pagination | decided D-69 | Groups come by their newest story, newest first, and items within a group newest first.
        STORIES-FEED-12 | GET /stories/feed | pagination | decided D-42 | The response has neither `next_cursor` nor `has_more`.
        STORIES-FEED-13 | GET /stories/feed | response | decided D-69 | `view_count` counts distinct viewers other than the author and `is_viewed` tells whether the caller is one.
        STORIES-FEED-14 | GET /stories/feed | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        """#
}
