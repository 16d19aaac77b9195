// Written by scripts/generate-behaviours.py: id | route | kind | strength and decision | what holds.

extension Behaviour.Area {
    static let postsRows = #"""
        POSTS-CREATE-01 | POST /posts | request | documented | The body is `multipart/form-data`.
        POSTS-CREATE-02 | POST /posts | request | documented | `media` is required and carries one or more files.
        POSTS-CREATE-03 | POST /posts | format | documented | The `media` files are images or videos.
        POSTS-CREATE-04 | POST /posts | request | documented | `caption` is optional.
        POSTS-CREATE-05 | POST /posts | request | documented | `location` is optional and holds JSON as text.
        POSTS-CREATE-06 | POST /posts | request | documented | `is_private` is an optional boolean whose default is false.
        POSTS-CREATE-07 | POST /posts | request | decided D-34 | `is_private` is exactly the text `true` or `false`, otherwise 400.
        POSTS-CREATE-08 | POST /posts | limit | decided D-34 | At most 10 `media` files are accepted, more answer 400.
        POSTS-CREATE-09 | POST /posts | format | decided D-34 | `location` is an object with a non-empty `name`, `lat` within -90...90 and `lng` within -180...180, otherwise 400.
        POSTS-CREATE-10 | POST /posts | status | documented | Success answers 201.
        POSTS-CREATE-11 | POST /posts | response | documented | The body has exactly `id`, `user_id`, `caption`, `media`, `like_count`, `comment_count`, `is_liked`, `is_saved` and `created_at`.
        POSTS-CREATE-12 | POST /posts | response | documented | `user_id` is the ID of the author, and there is no `user` object in this response.
        POSTS-CREATE-13 | POST /posts | response | documented | Each element of `media` has exactly `url` (string), `type` (string), `width` (integer) and `height` (integer).
        POSTS-CREATE-14 | POST /posts | response | documented | A new post has the integers `like_count` 0 and `comment_count` 0 and the booleans `is_liked` false and `is_saved` false.
        POSTS-CREATE-15 | POST /posts | response | documented | `caption` comes back as it was sent, emoji included.
        POSTS-CREATE-16 | POST /posts | response | decided D-16 | The order of `media` is the order of the file parts.
        POSTS-CREATE-17 | POST /posts | response | decided D-35 | `width` and `height` are the pixel sizes of an image and null for a video.
        POSTS-CREATE-18 | POST /posts | side-effect | decided D-31 | The `post_count` of the author grows by 1.
        POSTS-CREATE-19 | POST /posts | status | documented | Invalid input data answers 400.
        POSTS-CREATE-20 | POST /posts | status | decided D-34 | A request without any `media` file answers 400.
        POSTS-CREATE-21 | POST /posts | status | decided D-72 | A file that is neither a supported image nor a supported video answers 400.
        POSTS-CREATE-22 | POST /posts | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        POSTS-CREATE-23 | POST /posts | status | documented | Media files that are too large answer 413.
        POSTS-CREATE-24 | POST /posts | side-effect | decided D-74 | When one file is refused nothing is stored and no post is created.
        POSTS-GET-01 | GET /posts/:postId | auth | documented | The bearer token is needed for private posts only.
        POSTS-GET-02 | GET /posts/:postId | status | documented | Success answers 200.
        POSTS-GET-03 | GET /posts/:postId | response | documented | The body has exactly `id`, `user`, `caption`, `media`, `like_count`, `comment_count`, `is_liked`, `is_saved`, `location`, `created_at` and `updated_at`.
        POSTS-GET-04 | GET /posts/:postId | response | documented | `user` has exactly `id`, `username`, `full_name`, `avatar_url` and the boolean `is_verified`.
        POSTS-GET-05 | GET /posts/:postId | response | documented | Each element of `media` has exactly `url`, `type`, `width` and `height`.
        POSTS-GET-06 | GET /posts/:postId | response | documented | `location` has exactly `name` (string), `lat` (number) and `lng` (number).
        POSTS-GET-07 | GET /posts/:postId | response | documented | `like_count` and `comment_count` are integers, `is_liked` and `is_saved` booleans.
        POSTS-GET-08 | GET /posts/:postId | response | documented | `created_at` and `updated_at` are equal as long as the post was not changed.
        POSTS-GET-09 | GET /posts/:postId | response | decided D-34 | `location` is null for a post without one.
        POSTS-GET-10 | GET /posts/:postId | response | decided D-38 | `is_liked` and `is_saved` are those of the caller and false for anonymous callers.
        POSTS-GET-11 | GET /posts/:postId | status | documented | An unknown post answers 404.
        POSTS-GET-12 | GET /posts/:postId | status | documented | A caller who may not see the post gets 403.
        POSTS-GET-13 | GET /posts/:postId | auth | decided D-36 | A post is private if its own flag or its author's account is private, and then only the author and accepted followers may read it.
        POSTS-GET-14 | GET /posts/:postId | status | decided D-36 | An anonymous request for a private post answers 403.
        POSTS-GET-15 | GET /posts/:postId | status | decided D-64 | A user blocked by the author gets 403.
        POSTS-GET-16 | GET /posts/:postId | status | decided D-05 | A post ID that is not of ID shape answers 404.
        POSTS-FEED-01 | GET /posts/feed | request | decided D-13 | `feed` is never taken for a post ID.
        POSTS-FEED-02 | GET /posts/feed | limit | documented | `limit` is optional with default 10.
        POSTS-FEED-03 | GET /posts/feed | limit | documented | The maximum of `limit` is 50.
        POSTS-FEED-04 | GET /posts/feed | pagination | documented | `before` is an optional cursor in the form of an ISO date text, and `next_cursor` is of the same kind.
        POSTS-FEED-05 | GET /posts/feed | status | documented | Success answers 200.
        POSTS-FEED-06 | GET /posts/feed | response | documented | The body has exactly `posts` (array), `next_cursor` (string) and `has_more` (boolean).
        POSTS-FEED-07 | GET /posts/feed | response | documented | Each post has exactly `id`, `user`, `caption`, `media`, `like_count`, `comment_count`, `is_liked`, `is_saved` and `created_at`.
        POSTS-FEED-08 | GET /posts/feed | response | documented | `user` of a feed item has exactly `id`, `username`, `full_name` and `avatar_url`, without `is_verified`.
        POSTS-FEED-09 | GET /posts/feed | response | documented | Each element of `media` has exactly `url`, `type`, `width` and `height`.
        POSTS-FEED-10 | GET /posts/feed | response | documented | The feed holds posts of users whom the caller follows.
        POSTS-FEED-11 | GET /posts/feed | response | decided D-37 | Posts of users with a pending follow, of users not followed and of the caller are not in the feed.
        POSTS-FEED-12 | GET /posts/feed | response | decided D-37 | Posts created before the follow are included, and unfollowing removes all posts of that user.
        POSTS-FEED-13 | GET /posts/feed | response | decided D-37 | Posts are left out when either user blocks the other.
        POSTS-FEED-14 | GET /posts/feed | pagination | decided D-43 | The newest post comes first.
        POSTS-FEED-15 | GET /posts/feed | pagination | decided D-39 | `before` returns only posts whose `created_at` is strictly earlier.
        POSTS-FEED-16 | GET /posts/feed | status | documented | The bearer token is required, and a missing or invalid one answers 401.
        """#
}
