import ChatrixModel

extension Lab {
    /// Walks a list by its cursors and returns the IDs in the order seen.
    mutating func walk(
        _ path: String, _ name: String, as user: Account, cursor: String = "before",
        between: (inout Lab) throws -> Void = { _ in }
    ) throws -> [String] {
        var ids: [String] = []
        var next = path
        // No list of a check has as many pages; a cursor that leads nowhere must not go on for ever.
        for _ in 1...60 {
            let page = try get(next, as: user).expect(200).json
            ids += try page[name].items().map { try $0["id"].text() }
            guard try page["has_more"].bool() else { return ids }
            let mark = try page["next_cursor"].text()
            next = "\(path)&\(cursor)=\(mark)"
            try between(&self)
        }
        throw Check.Failure("expected the walk through \(path) to end", exchange: last)
    }
}

extension Checks {
    static let pagination: [Check] = [
        Check(["PAGE-01", "PAGE-02", "PAGE-03"], "lists take limit and before and answer next_cursor and has_more") {
            lab in
            let chat = try lab.chat()
            let ids = try lab.say(3, as: chat.alice, in: chat.id)
            for (path, name, cursor) in [
                ("/chat/conversations", "conversations", "2100-01-01T00:00:00.000Z"),
                ("/chat/conversations/\(chat.id)/messages", "messages", ids[2]),
            ] {
                let body = try lab.get("\(path)?limit=2&before=\(cursor)", as: chat.bob).expect(200).json
                try body.expectKeys(name, "next_cursor", "has_more")
                _ = try body[name].items()
            }
        },
        Check(["PAGE-04"], "next_cursor is of the last item, also on the last page, and null on an empty one") { lab in
            let chat = try lab.chat()
            let path = "/chat/conversations/\(chat.id)/messages"
            let empty = try lab.get(path, as: chat.bob).expect(200).json
            try empty.expect(["messages": [], "next_cursor": nil, "has_more": false])
            let ids = try lab.say(3, as: chat.alice, in: chat.id)
            try lab.get(path + "?limit=2", as: chat.bob).expect(200).json["next_cursor"].expect(.string(ids[1]))
            let last = try lab.get(path + "?limit=2&before=\(ids[1])", as: chat.bob).expect(200).json
            try last["has_more"].expect(false)
            try lab.expectLastCursor(last["next_cursor"], ids[0])
            let list = try lab.get("/chat/conversations", as: chat.bob).expect(200).json
            try lab.expectLastCursor(list["next_cursor"], list["conversations"][0]["updated_at"].text())
            let nobody = try lab.register()
            try lab.get("/chat/conversations", as: nobody).expect(200).json
                .expect(["conversations": [], "next_cursor": nil, "has_more": false])
        },
        Check(["PAGE-05"], "has_more is true exactly if an item follows") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(4, as: chat.alice, in: chat.id)
            let path = "/chat/conversations/\(chat.id)/messages"
            for (query, more) in [
                ("?limit=3", true), ("?limit=4", false), ("?limit=5", false), ("?limit=2&before=\(ids[2])", false),
                ("?limit=1&before=\(ids[2])", true), ("?limit=1&before=\(ids[1])", false),
            ] {
                try lab.get(path + query, as: chat.bob).expect(200).json["has_more"].expect(.bool(more))
            }
            let crowd = try lab.crowd(2)
            try lab.get("/chat/conversations?limit=1", as: crowd.user).expect(200).json["has_more"].expect(true)
            try lab.get("/chat/conversations?limit=2", as: crowd.user).expect(200).json["has_more"].expect(false)
        },
        Check(["PAGE-06"], "walking the cursors yields every item once, also while new ones arrive") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(7, as: chat.alice, in: chat.id)
            for limit in [1, 2, 3, 7, 8] {
                let path = "/chat/conversations/\(chat.id)/messages?limit=\(limit)"
                let walked = try lab.walk(path, "messages", as: chat.bob)
                try lab.expectOrder(walked, ids.reversed())
            }
            let walked = try lab.walk("/chat/conversations/\(chat.id)/messages?limit=2", "messages", as: chat.bob) {
                try $0.say("late", as: chat.alice, in: chat.id)
            }
            try lab.expectOrder(walked, ids.reversed())
            let crowd = try lab.crowd(5)
            for limit in [1, 2, 5] {
                let walked = try lab.walk("/chat/conversations?limit=\(limit)", "conversations", as: crowd.user)
                try lab.expectOrder(walked, crowd.conversations.reversed())
            }
        },
        Check(["PAGE-07"], "a limit that is no integer from 1 to the maximum answers 400") { lab in
            let chat = try lab.chat()
            let messages = ("/chat/conversations/\(chat.id)/messages", "messages")
            let isClamped = lab.knobs.limitOutOfRange == .clamp
            // A clamped limit shows only in a list that is longer than the maximum.
            if isClamped { _ = try lab.say(51, as: chat.bob, in: chat.id) }
            for (path, name) in isClamped ? [messages] : [("/chat/conversations", "conversations"), messages] {
                for bad in [
                    "0", "-1", "51", "", "abc", "1.5", "01", "%2B5", "1e1", "5%20", "0x5", "9999999999",
                    "99999999999999999999", "null", "١",
                ] {
                    try lab.expectBadLimit(lab.get("\(path)?limit=\(bad)", as: chat.alice), bad, of: name)
                }
                for good in ["1", "50"] { try lab.get("\(path)?limit=\(good)", as: chat.alice).expect(200) }
            }
        },
        Check(["PAGE-08"], "a malformed, wrong or unknown cursor answers 400") { lab in
            let chat = try lab.chat()
            let id = try lab.say("one", as: chat.alice, in: chat.id)["id"].text()
            for bad in ["", "abc", id, "2023-04-10", "12", "2023-04-10T12:00:00.000", "2023-02-30T12:00:00.000Z"] {
                let reply = try lab.get("/chat/conversations?before=\(bad)", as: chat.alice)
                try lab.expectBadCursor(reply, bad, of: "conversations", firstPage: 1)
            }
            for bad in ["", "abc", "2023-04-10T12:00:00.000Z", Lab.unknownID, id.dropLast() + "g", chat.id] {
                let reply = try lab.get("/chat/conversations/\(chat.id)/messages?before=\(bad)", as: chat.alice)
                try lab.expectBadCursor(reply, bad, of: "messages", firstPage: 1)
            }
        },
        Check(["PAGE-09"], "unknown parameters are ignored, a known one given twice answers 400") { lab in
            let chat = try lab.chat()
            for path in ["/chat/conversations", "/chat/conversations/\(chat.id)/messages"] {
                for good in ["offset=5", "Limit=0", "x=1&x=2", "x", "=", "&&", "page=%zz"] {
                    try lab.get("\(path)?\(good)", as: chat.alice).expect(200)
                }
                let time = "2023-04-10T12:00:00.000Z"
                for bad in [
                    "limit=5&limit=5", "after=\(time)&after=\(time)", "sort=x&sort=x", "limit=5&x=1&limit=6",
                    "user_id=\(chat.bob.id)&user_id=\(chat.bob.id)",
                ] where lab.knobs.refuse(bad) {
                    let reply = try lab.get("\(path)?\(bad)", as: chat.alice)
                    try reply.expect(reply.status == 400, "expected status 400 for \(bad), found \(reply.status)")
                }
            }
            try lab.get("/users/me?limit=0&limit=0", as: chat.alice).expect(200)
        },
    ]

    static let filters: [Check] = [
        Check(["FILTER-01"], "messages are filtered by status as the caller sees it") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(3, as: chat.alice, in: chat.id)
            _ = try lab.messages(chat.id, as: chat.bob, "?before=\(ids[1])")
            let (shown, unseen) = try (lab.unreadStatus(isShown: true), lab.unreadStatus(isShown: false))
            for status in ["sent", "delivered", "read"] {
                let expected = (status == unseen ? [ids[2], ids[1]] : []) + (status == shown ? [ids[0]] : [])
                let found = try lab.messages(chat.id, as: chat.alice, "?status=\(status)")
                try lab.expectOrder(found.map { try $0["id"].text() }, expected)
            }
        },
        Check(["FILTER-02"], "messages are filtered by type") { lab in
            let chat = try lab.chat()
            let text = try lab.say("words", as: chat.alice, in: chat.id)["id"].text()
            let image = try lab.post(
                "/chat/messages",
                #"{"conversationId":"\#(chat.id)","type":"image","attachments":"#
                    + #"[{"url":"https://example.com/a","type":"image"}]}"#, as: chat.alice
            ).expect(201).json["id"].text()
            for (type, expected) in [("text", [text]), ("image", [image]), ("video", [])] {
                let found = try lab.messages(chat.id, as: chat.bob, "?type=\(type)")
                try lab.expectOrder(found.map { try $0["id"].text() }, expected)
            }
        },
        Check(["FILTER-03"], "user_id filters messages by sender and conversations by the other participant") { lab in
            let chat = try lab.chat()
            let mine = try lab.say("mine", as: chat.alice, in: chat.id)["id"].text()
            let theirs = try lab.say("theirs", as: chat.bob, in: chat.id)["id"].text()
            for (sender, id) in [(chat.alice, mine), (chat.bob, theirs)] {
                let found = try lab.messages(chat.id, as: chat.alice, "?user_id=\(sender.id)")
                try lab.expectOrder(found.map { try $0["id"].text() }, [id])
            }
            let carol = try lab.register()
            let other = try lab.ensure(chat.alice, with: carol)
            for (user, expected) in [(chat.bob, [chat.id]), (carol, [other])] {
                let list = try lab.get("/chat/conversations?user_id=\(user.id)", as: chat.alice).expect(200)
                try lab.expectOrder(list.json["conversations"].items().map { try $0["id"].text() }, expected)
            }
        },
        Check(["FILTER-04"], "before lists conversations from before a time") { lab in
            let crowd = try lab.crowd(3)
            let middle = try lab.listed(crowd.conversations[1], as: crowd.user)["updated_at"].text()
            let list = try lab.get("/chat/conversations?before=\(middle)", as: crowd.user).expect(200)
            try lab.expectOrder(
                list.json["conversations"].items().map { try $0["id"].text() }, [crowd.conversations[0]])
        },
        Check(["FILTER-05"], "after lists what is later than a time, exclusively") { lab in
            let crowd = try lab.crowd(3)
            let middle = try lab.listed(crowd.conversations[1], as: crowd.user)["updated_at"].text()
            let list = try lab.get("/chat/conversations?after=\(middle)", as: crowd.user).expect(200)
            try lab.expectOrder(
                list.json["conversations"].items().map { try $0["id"].text() }, [crowd.conversations[2]])
            let chat = try lab.chat()
            let first = try lab.say("one", as: chat.alice, in: chat.id)["created_at"].text()
            let second = try lab.say("two", as: chat.alice, in: chat.id)["id"].text()
            let found = try lab.messages(chat.id, as: chat.bob, "?after=\(first)")
            try lab.expectOrder(found.map { try $0["id"].text() }, [second])
        },
        Check(["FILTER-06"], "sort names the field, a minus means descending") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(3, as: chat.alice, in: chat.id)
            for (sort, expected) in [("created_at", ids), ("-created_at", ids.reversed())] {
                let found = try lab.messages(chat.id, as: chat.bob, "?sort=\(sort)")
                try lab.expectOrder(found.map { try $0["id"].text() }, expected)
            }
            let crowd = try lab.crowd(3)
            let conversations = crowd.conversations
            for (sort, expected) in [("updated_at", conversations), ("-updated_at", conversations.reversed())] {
                let list = try lab.get("/chat/conversations?sort=\(sort)", as: crowd.user).expect(200)
                try lab.expectOrder(list.json["conversations"].items().map { try $0["id"].text() }, expected)
            }
        },
        Check(["FILTER-07", "FILTER-11"], "without sort the lists are newest first") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(3, as: chat.alice, in: chat.id)
            try lab.expectOrder(
                lab.messages(chat.id, as: chat.bob).map { try $0["id"].text() }, ids.reversed())
            let crowd = try lab.crowd(3)
            let list = try lab.get("/chat/conversations", as: crowd.user).expect(200)
            try lab.expectOrder(
                list.json["conversations"].items().map { try $0["id"].text() }, crowd.conversations.reversed())
        },
        Check(["FILTER-08"], "each list takes its own filters and refuses malformed ones") { lab in
            let chat = try lab.chat()
            let messages = "/chat/conversations/\(chat.id)/messages"
            for bad in ["sort=updated_at", "sort=id", "sort=", "sort=created_at,-id", "user_id=abc", "after=abc"] {
                let reply = try lab.get("\(messages)?\(bad)", as: chat.alice)
                try reply.expect(reply.status == 400, "expected status 400 for \(bad), found \(reply.status)")
            }
            for bad in ["sort=created_at", "sort=-", "user_id=abc", "user_id=", "after=2023-04-10", "after="] {
                let reply = try lab.get("/chat/conversations?\(bad)", as: chat.alice)
                try reply.expect(reply.status == 400, "expected status 400 for \(bad), found \(reply.status)")
            }
            // Conversations have neither status nor type.
            for ignored in ["status=read", "type=image", "status=&status="] {
                try lab.get("/chat/conversations?\(ignored)", as: chat.alice).expect(200).json["conversations"]
                    .expectCount(1)
            }
        },
        Check(["FILTER-09"], "filters are combined before paging, no match gives an empty page") { lab in
            let chat = try lab.chat()
            for index in 1...3 {
                try lab.say("a\(index)", as: chat.alice, in: chat.id)
                try lab.say("b\(index)", as: chat.bob, in: chat.id)
            }
            let page = try lab.get(
                "/chat/conversations/\(chat.id)/messages?user_id=\(chat.bob.id)&type=text&limit=2", as: chat.alice
            ).expect(200).json
            try lab.expectOrder(page["messages"].items().map { try $0["content"].text() }, ["b3", "b2"])
            try page["has_more"].expect(true)
            let cursor = try page["next_cursor"].text()
            let rest = try lab.get(
                "/chat/conversations/\(chat.id)/messages?user_id=\(chat.bob.id)&type=text&limit=2&before=\(cursor)",
                as: chat.alice
            ).expect(200).json
            try lab.expectOrder(rest["messages"].items().map { try $0["content"].text() }, ["b1"])
            try rest["has_more"].expect(false)
            for query in ["type=nothing", "status=lost", "user_id=\(Lab.unknownID)", "type=text&status=lost"] {
                try lab.get("/chat/conversations/\(chat.id)/messages?\(query)", as: chat.alice).expect(200).json
                    .expect(["messages": [], "next_cursor": nil, "has_more": false])
            }
        },
        Check(["FILTER-10"], "ascending lists walk with a timestamp as after") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(5, as: chat.alice, in: chat.id)
            let path = "/chat/conversations/\(chat.id)/messages?sort=created_at&limit=2"
            try lab.get(path, as: chat.bob).expect(200).json["next_cursor"].expectTimestamp()
            try lab.expectOrder(lab.walk(path, "messages", as: chat.bob, cursor: "after"), ids)
            let crowd = try lab.crowd(5)
            let walked = try lab.walk(
                "/chat/conversations?sort=updated_at&limit=2", "conversations", as: crowd.user, cursor: "after")
            try lab.expectOrder(walked, crowd.conversations)
        },
    ]
}
