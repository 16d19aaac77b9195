import ChatrixModel

extension Lab {
    /// A new user and `count` others who follow the user, the first follower in front.
    fileprivate mutating func followed(by count: Int) throws -> (user: Account, followers: [Account]) {
        let user = try register(fullName: "Famous")
        let followers = try (0..<count).map { _ in try register(fullName: "Fan") }
        for follower in followers { try post("/follows/\(user.id)", as: follower).expect(201) }
        return (user, followers)
    }

    fileprivate mutating func notifications(of user: Account, _ query: String = "") throws -> NodeList {
        try get("/notifications\(query)", as: user).expect(200).json["notifications"].items()
    }

    /// The IDs of a user's notifications, the newest first, of which there must be `count`.
    fileprivate mutating func notificationIDs(of user: Account, count: Int) throws -> [String] {
        let list = try get("/notifications", as: user).expect(200).json["notifications"]
        try list.expectCount(count)
        return try list.items().map { try $0["id"].text() }
    }

    fileprivate mutating func like(_ post: String, as user: Account) throws {
        try control("like-add", #"{"post_id":"\#(post)","user_id":"\#(user.id)"}"#).expect(200)
    }

    fileprivate mutating func markRead(of user: Account, ids: [String]? = nil) throws {
        let list = ids.map { #","ids":[\#($0.map { "\"\($0)\"" }.joined(separator: ","))]"# } ?? ""
        try control("notifications-read", #"{"user_id":"\#(user.id)"\#(list)}"#).expect(200)
    }
}

extension Checks {
    static let notifications: [Check] =
        notificationPages + notificationItems + notificationLists + notificationFilters

    private static let notificationPages: [Check] = [
        Check(["NOTIFICATIONS-01"], "limit is optional with default 20") { lab in
            let user = try lab.followed(by: 21).user
            try lab.get("/notifications", as: user).expect(200).json["notifications"].expectCount(20)
            try lab.get("/notifications?limit=21", as: user).expect(200).json["notifications"].expectCount(21)
            try lab.get("/notifications?limit=1", as: user).expect(200).json["notifications"].expectCount(1)
        },
        Check(["NOTIFICATIONS-02"], "limit is at most 50") { lab in
            let user = try lab.followed(by: 51).user
            try lab.get("/notifications?limit=50", as: user).expect(200).json["notifications"].expectCount(50)
            let above = try lab.get("/notifications?limit=51", as: user)
            if above.status != 400 { try above.expect(200).json["notifications"].expectCount(50) }
        },
        Check(["NOTIFICATIONS-03"], "before and next_cursor are notification IDs") { lab in
            let (user, followers) = try lab.followed(by: 3)
            let first = try lab.get("/notifications?limit=2", as: user).expect(200).json
            let cursor = try first["next_cursor"].text()
            let rest = try lab.notifications(of: user, "?limit=2&before=\(cursor)")
            try lab.expectOrder(rest.map { try $0["user"]["id"].text() }, [followers[0].id])
            let ids = try lab.notificationIDs(of: user, count: 3)
            try lab.expectOrder(
                lab.notifications(of: user, "?before=\(ids[0])").map { try $0["id"].text() }, Array(ids[1...]))
        },
        Check(["NOTIFICATIONS-04", "NOTIFICATIONS-05"], "success answers 200 with four keys") { lab in
            let user = try lab.followed(by: 1).user
            let body = try lab.get("/notifications", as: user).expect(200).json
            try body.expectKeys("notifications", "next_cursor", "has_more", "unread_count")
            try body["notifications"].expectCount(1)
            try lab.expectLastCursor(body["next_cursor"])
            try body["has_more"].expect(false)
            try body["unread_count"].expect(1)
        },
    ]

    private static let notificationItems: [Check] = [
        Check(
            ["NOTIFICATIONS-07", "NOTIFICATIONS-08", "NOTIFICATIONS-10", "FOLLOW-07"], "a follow notifies the followed"
        ) {
            lab in
            let (user, followers) = try lab.followed(by: 1)
            let item = try lab.notifications(of: user)[0]
            try item.expectKeys("id", "type", "user", "is_read", "created_at")
            try item["id"].expectNonEmptyText()
            try item["type"].expect("follow")
            try item["user"].expectKeys("id", "username", "full_name", "avatar_url")
            try item["user"]["id"].expect(.string(followers[0].id))
            try item["user"]["username"].expect(.string(followers[0].username))
            try item["user"]["full_name"].expect("Fan")
            try item["user"]["avatar_url"].expectNull()
            try item["is_read"].expect(false)
            try item["created_at"].expectTimestamp()
            try lab.get("/notifications", as: followers[0]).expect(200).json["notifications"].expectCount(0)
        },
        Check(["FOLLOW-07"], "a pending follow notifies too, its acceptance does not", needs: [.controlPlane]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            let follow = try lab.post("/follows/\(bob.id)", as: alice).expect(201).json
            let item = try lab.notifications(of: bob)[0]
            try item["type"].expect("follow")
            try item["user"]["id"].expect(.string(alice.id))
            guard try item["created_at"].milliseconds() > follow["created_at"].milliseconds() else {
                throw Check.Failure("expected a notification after the follow", exchange: item.exchange)
            }
            try lab.acceptFollow(from: alice, to: bob)
            for user in [alice, bob] {
                try lab.get("/notifications", as: user).expect(200).json["unread_count"].expect(user == bob ? 1 : 0)
            }
        },
        Check(
            ["NOTIFICATIONS-06", "NOTIFICATIONS-08", "NOTIFICATIONS-09"], "a like notifies the author",
            needs: [.controlPlane]
        ) {
            lab in
            let alice = try lab.register(fullName: "Alice")
            let bob = try lab.register()
            let post = try lab.publish(as: bob, [.gifImage, .gifImage])["id"].text()
            try lab.like(post, as: alice)
            let item = try lab.notifications(of: bob)[0]
            try item.expectKeys("id", "type", "user", "post", "is_read", "created_at")
            try item["type"].expect("like")
            try item["user"].expectKeys("id", "username", "full_name", "avatar_url")
            try item["user"]["id"].expect(.string(alice.id))
            try item["post"].expectKeys("id", "media")
            try item["post"]["id"].expect(.string(post))
            try item["post"]["media"].expectCount(2)
            for file in try item["post"]["media"].items() {
                try file.expectKeys("url", "type")
                try file["url"].expectNonEmptyText()
                try file["type"].expect("image")
            }
            try item["is_read"].expect(false)
            try lab.get("/notifications", as: alice).expect(200).json["notifications"].expectCount(0)
        },
        Check(
            ["NOTIFICATIONS-06", "NOTIFICATIONS-14"], "only likes by others and follows notify", needs: [.controlPlane]
        ) {
            lab in
            let chat = try lab.chat()
            let post = try lab.publish(as: chat.bob)["id"].text()
            try lab.like(post, as: chat.bob)
            try lab.say("hello", as: chat.alice, in: chat.id)
            let comment = #"{"post_id":"\#(post)","user_id":"\#(chat.alice.id)","content":"nice"}"#
            try lab.control("comment-add", comment).expect(200)
            try lab.control("save-add", #"{"post_id":"\#(post)","user_id":"\#(chat.alice.id)"}"#).expect(200)
            try lab.get("/users/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.post("/reports", #"{"reported_user_id":"\#(chat.bob.id)","reason":"Spam"}"#, as: chat.alice)
                .expect(200)
            try lab.get("/notifications", as: chat.bob).expect(200).json
                .expect(["notifications": [], "next_cursor": nil, "has_more": false, "unread_count": 0])
            try lab.post("/follows/\(chat.bob.id)", as: chat.alice).expect(201)
            try lab.like(post, as: chat.alice)
            try lab.expectOrder(lab.notifications(of: chat.bob).map { try $0["type"].text() }, ["like", "follow"])
        },
        Check(["NOTIFICATIONS-14"], "messages, blocks and reports notify nobody") { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.post("/reports", #"{"reported_user_id":"\#(chat.bob.id)","reason":"Spam"}"#, as: chat.alice)
                .expect(200)
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.notifications(of: chat.bob).forEach { try $0["type"].expect(oneOf: "like", "follow") }
            try lab.get("/notifications", as: chat.bob).expect(200).json["unread_count"].expect(0)
        },
        Check(["NOTIFICATIONS-15"], "unfollowing, declining and blocking keep the notification") { lab in
            let (user, followers) = try lab.followed(by: 2)
            try lab.delete("/follows/\(user.id)", as: followers[0]).expect(204)
            try lab.post("/block/\(followers[1].id)", as: user).expect(200)
            try lab.expectOrder(
                lab.notifications(of: user).map { try $0["user"]["id"].text() }, followers.reversed().map(\.id))
            // A new follow after that is a new notification.
            try lab.post("/follows/\(user.id)", as: followers[0]).expect(201)
            try lab.get("/notifications", as: user).expect(200).json["unread_count"].expect(3)
        },
        Check(
            ["NOTIFICATIONS-15"], "unliking keeps the notification, deleting the post removes it",
            needs: [.controlPlane]
        ) {
            lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let posts = try lab.publish(2, as: bob)
            for post in posts { try lab.like(post, as: alice) }
            let ids = try lab.notificationIDs(of: bob, count: 2)
            try lab.control("like-remove", #"{"post_id":"\#(posts[1])","user_id":"\#(alice.id)"}"#).expect(200)
            try lab.get("/notifications", as: bob).expect(200).json["unread_count"].expect(2)
            try lab.control("post-delete", #"{"post_id":"\#(posts[1])"}"#).expect(200)
            let body = try lab.get("/notifications", as: bob).expect(200).json
            try body["notifications"].expectCount(1)
            try body["notifications"][0]["post"]["id"].expect(.string(posts[0]))
            try body["unread_count"].expect(1)
            // The notification that is gone is a good cursor still (D-41).
            try lab.expectOrder(
                lab.notifications(of: bob, "?before=\(ids[0])").map { try $0["id"].text() }, [ids[1]])
        },
        Check(["NOTIFICATIONS-15"], "a deleted user's notifications go along", needs: [.controlPlane]) { lab in
            let (user, followers) = try lab.followed(by: 3)
            try lab.control("user-delete", #"{"user_id":"\#(followers[1].id)"}"#).expect(200)
            let body = try lab.get("/notifications", as: user).expect(200).json
            try lab.expectOrder(
                body["notifications"].items().map { try $0["user"]["id"].text() }, [followers[2].id, followers[0].id])
            try body["unread_count"].expect(2)
        },
    ]

    private static let notificationLists: [Check] = [
        Check(["NOTIFICATIONS-11", "FILTER-11"], "the newest notification comes first") { lab in
            let (user, followers) = try lab.followed(by: 3)
            let items = try lab.notifications(of: user)
            try lab.expectOrder(items.map { try $0["user"]["id"].text() }, followers.reversed().map(\.id))
            let times = try items.map { try $0["created_at"].milliseconds() }
            guard times[0] > times[1], times[1] > times[2] else {
                throw Check.Failure("expected falling times, found \(times)", exchange: lab.last)
            }
        },
        Check(["NOTIFICATIONS-12"], "unread_count is of all notifications, whatever the page shows") { lab in
            let (user, followers) = try lab.followed(by: 3)
            for query in ["?limit=1", "", "?type=like", "?user_id=\(followers[0].id)", "?sort=created_at&limit=2"] {
                try lab.get("/notifications\(query)", as: user).expect(200).json["unread_count"].expect(3)
            }
        },
        Check(["NOTIFICATIONS-13"], "listing marks nothing as read") { lab in
            let user = try lab.followed(by: 2).user
            let first = try lab.get("/notifications", as: user).expect(200).json["unread_count"].integer()
            let again = try lab.get("/notifications", as: user).expect(200).json
            try again["unread_count"].expect(.number(String(first)))
            for item in try again["notifications"].items() { try item["is_read"].expect(false) }
        },
        Check(
            ["CONTROL-05", "NOTIFICATIONS-10", "NOTIFICATIONS-12"], "notifications become read by command alone",
            needs: [.controlPlane]
        ) { lab in
            let (user, followers) = try lab.followed(by: 3)
            let ids = try lab.notificationIDs(of: user, count: 3)
            try lab.markRead(of: user, ids: [ids[1], ids[1]])
            var body = try lab.get("/notifications?limit=1", as: user).expect(200).json
            try body["unread_count"].expect(2)
            body = try lab.get("/notifications", as: user).expect(200).json
            for (index, isRead) in [false, true, false].enumerated() {
                try body["notifications"][index]["is_read"].expect(.bool(isRead))
            }
            // An ID that is not the user's changes nothing, neither do those next to it.
            let bad = #"{"user_id":"\#(user.id)","ids":["\#(ids[0])","\#(Lab.unknownID)"]}"#
            try lab.refuses("/_reference/notifications-read", bad, status: 404, "an unknown notification")
            let theirs = #"{"user_id":"\#(followers[0].id)","ids":["\#(ids[0])"]}"#
            try lab.refuses("/_reference/notifications-read", theirs, status: 404, "the notification of another")
            try lab.refuses("/_reference/notifications-read", #"{"user_id":"\#(user.id)","ids":["x"]}"#, "the ID x")
            try lab.get("/notifications", as: user).expect(200).json["unread_count"].expect(2)
            try lab.markRead(of: user)
            try lab.post("/follows/\(user.id)", as: lab.register()).expect(201)
            body = try lab.get("/notifications", as: user).expect(200).json
            try body["unread_count"].expect(1)
            for (index, isRead) in [false, true, true, true].enumerated() {
                try body["notifications"][index]["is_read"].expect(.bool(isRead))
            }
        },
        .demandsToken(["NOTIFICATIONS-16"], "GET", "/notifications"),
        Check(["PAGE-04", "PAGE-05"], "the cursor of notifications is the last item's ID, null on an empty page") {
            lab in
            let user = try lab.followed(by: 3).user
            let ids = try lab.notificationIDs(of: user, count: 3)
            for (query, more, cursor) in [
                ("?limit=2", true, ids[1]), ("?limit=3", false, ids[2]), ("?limit=4", false, ids[2]),
                ("?limit=1&before=\(ids[0])", true, ids[1]), ("?limit=2&before=\(ids[0])", false, ids[2]),
            ] {
                let body = try lab.get("/notifications\(query)", as: user).expect(200).json
                try body["has_more"].expect(.bool(more))
                try more
                    ? body["next_cursor"].expect(.string(cursor)) : lab.expectLastCursor(body["next_cursor"], cursor)
            }
            let empty = try lab.get("/notifications?before=\(ids[2])", as: user).expect(200).json
            try empty.expect(["notifications": [], "next_cursor": nil, "has_more": false, "unread_count": 3])
        },
        Check(
            ["PAGE-01", "PAGE-03", "PAGE-06"], "walking the notifications yields each once, also while new ones arrive"
        ) {
            lab in
            let user = try lab.followed(by: 7).user
            let ids = try lab.notificationIDs(of: user, count: 7)
            for limit in [1, 2, 7, 8] {
                try lab.expectOrder(lab.walk("/notifications?limit=\(limit)", "notifications", as: user), ids)
            }
            let walked = try lab.walk("/notifications?limit=2", "notifications", as: user) {
                try $0.post("/follows/\(user.id)", as: $0.register()).expect(201)
            }
            try lab.expectOrder(walked, ids)
        },
        Check(["PAGE-07"], "notifications refuse a limit that is no integer from 1 to 50") { lab in
            // A clamped limit shows only in a list that is longer than the maximum.
            let user = try lab.followed(by: lab.knobs.limitOutOfRange == .clamp ? 51 : 1).user
            for bad in ["0", "51", "", "x", "-1"] {
                try lab.expectBadLimit(lab.get("/notifications?limit=\(bad)", as: user), bad, of: "notifications")
            }
            for good in ["1", "50"] { try lab.get("/notifications?limit=\(good)", as: user).expect(200) }
        },
        Check(["PAGE-08"], "notifications refuse a cursor that is none of the caller's notifications") { lab in
            let (user, followers) = try lab.followed(by: 1)
            try lab.post("/follows/\(followers[0].id)", as: user).expect(201)
            let theirs = try lab.notifications(of: followers[0])[0]["id"].text()
            for bad in ["", "abc", Lab.unknownID, theirs, "2023-04-10T12:00:00.000Z", user.id] {
                let reply = try lab.get("/notifications?before=\(bad)", as: user)
                try lab.expectBadCursor(reply, bad, of: "notifications", firstPage: 1)
            }
        },
        Check(["PAGE-09"], "notifications refuse a parameter given twice and ignore unknown ones") { lab in
            let user = try lab.followed(by: 1).user
            let id = try lab.notificationIDs(of: user, count: 1)[0]
            for bad in ["limit=5&limit=5", "before=\(id)&before=\(id)", "type=like&type=like"]
            where lab.knobs.refuse(bad) {
                let reply = try lab.get("/notifications?\(bad)", as: user)
                try reply.expect(reply.status == 400, "expected status 400 for \(bad), found \(reply.status)")
            }
            for good in ["offset=3", "x=1&x=2"] { try lab.get("/notifications?\(good)", as: user).expect(200) }
        },
        Check(["PAGE-07"], "contacts refuse a limit that is no integer from 1 to 100") { lab in
            let user = try lab.register()
            if lab.knobs.limitOutOfRange == .clamp {
                try lab.setContacts(of: user, (0..<101).map { "+628100000\(100 + $0)" })
            }
            for bad in ["0", "101", "", "abc"] {
                try lab.expectBadLimit(
                    lab.get("/contacts?limit=\(bad)", as: user), bad, of: "contacts", maximum: 100)
            }
            for good in ["1", "100"] { try lab.get("/contacts?limit=\(good)", as: user).expect(200) }
        },
        Check(["PAGE-09"], "contacts refuse a parameter given twice and ignore unknown ones") { lab in
            let user = try lab.register()
            for bad in ["limit=1&limit=2", "query=a&query=b"] where lab.knobs.refuse(bad) {
                let reply = try lab.get("/contacts?\(bad)", as: user)
                try reply.expect(reply.status == 400, "expected status 400 for \(bad), found \(reply.status)")
            }
            try lab.get("/contacts?x=1&x=2", as: user).expect(200)
        },
    ]

    private static let notificationFilters: [Check] = [
        Check(
            ["FILTER-02", "FILTER-03", "FILTER-09"], "notifications are filtered by type and by who caused them",
            needs: [.controlPlane]
        ) { lab in
            let (user, followers) = try lab.followed(by: 2)
            let post = try lab.publish(as: user)["id"].text()
            for follower in followers { try lab.like(post, as: follower) }
            let ids = try lab.notificationIDs(of: user, count: 4)
            for (query, expected) in [
                ("type=like", [ids[0], ids[1]]), ("type=follow", [ids[2], ids[3]]),
                ("user_id=\(followers[1].id)", [ids[0], ids[2]]), ("type=like&user_id=\(followers[0].id)", [ids[1]]),
                ("type=comment", []), ("type=", []), ("type=LIKE", []), ("user_id=\(Lab.unknownID)", []),
                ("type=follow&before=\(ids[2])", [ids[3]]),
            ] {
                let found = try lab.notifications(of: user, "?\(query)").map { try $0["id"].text() }
                try lab.expectOrder(found, expected)
            }
            try lab.expectOrder(
                lab.walk("/notifications?limit=1&type=like", "notifications", as: user), [ids[0], ids[1]])
        },
        Check(["FILTER-05", "FILTER-06", "FILTER-10"], "notifications take after and sort") { lab in
            let user = try lab.followed(by: 5).user
            let ids = try lab.notificationIDs(of: user, count: 5)
            let middle = try lab.notifications(of: user)[2]["created_at"].text()
            for (query, expected) in [
                ("after=\(middle)", [ids[0], ids[1]]), ("sort=-created_at", ids), ("sort=created_at", ids.reversed()),
                ("after=\(middle)&sort=created_at", [ids[1], ids[0]]),
                ("after=\(middle)&before=\(ids[0])", [ids[1]]),
            ] {
                let found = try lab.notifications(of: user, "?\(query)").map { try $0["id"].text() }
                try lab.expectOrder(found, expected)
            }
            let path = "/notifications?sort=created_at&limit=2"
            try lab.get(path, as: user).expect(200).json["next_cursor"].expectTimestamp()
            try lab.expectOrder(lab.walk(path, "notifications", as: user, cursor: "after"), ids.reversed())
        },
        Check(["FILTER-08"], "notifications refuse malformed filters, contacts take none") { lab in
            let user = try lab.followed(by: 1).user
            for bad in ["sort=updated_at", "sort=", "sort=id", "user_id=abc", "after=abc", "after=2023-04-10"] {
                try lab.expectRefused("/notifications?\(bad)", as: user)
            }
            // Notifications have no status.
            try lab.get("/notifications?status=read", as: user).expect(200).json["notifications"].expectCount(1)
            for ignored in ["sort=x", "user_id=abc", "after=abc", "status=x", "type=x", "sort=a&sort=b"] {
                try lab.get("/contacts?\(ignored)", as: user).expect(200)
            }
        },
    ]
}
