import ChatrixModel

private let inspectPath = "/admin/conversations/inspect"
private let cleanupPath = "/admin/conversations/cleanup"

extension Lab {
    /// Stores a conversation with these participants through the control plane and returns its ID.
    fileprivate mutating func inject(_ participantIDs: String) throws -> String {
        try control("conversation-inject", #"{"participant_ids":\#(participantIDs)}"#).expect(200).json["id"].text()
    }

    fileprivate mutating func inspection() throws -> Node { try get(inspectPath).expect(200).json }

    /// Cleans up, injects conversations, and expects that cleanup then removes exactly these.
    fileprivate mutating func expectCleanup(removes conversations: [String]) throws {
        let chat = try chat()
        try delete(cleanupPath).expect(200)
        let total = try inspection()["total"].integer()
        let ids = try conversations.map { try inject($0) }
        try delete(cleanupPath).expect(200).json.expect([
            "deleted": .number(String(conversations.count)), "fixed": 0,
        ])
        try inspection()["total"].expect(.number(String(total)))
        for id in ids { try delete("/admin/conversations/\(id)").expect(404) }
        try expectOrder(self.conversations(of: chat.bob), [chat.id])
    }

    /// Two users, the one with the smaller ID in front.
    fileprivate mutating func pair() throws -> (low: Account, high: Account) {
        let users = try [register(), register()].sorted { $0.id < $1.id }
        return (users[0], users[1])
    }

    /// The conversations listed to a user, newest first.
    fileprivate mutating func conversations(of user: Account, _ query: String = "") throws -> [String] {
        try get("/chat/conversations\(query)", as: user).expect(200).json["conversations"].items()
            .map { try $0["id"].text() }
    }

    fileprivate mutating func send(to conversation: String, as user: Account) throws -> Reply {
        try post("/chat/messages", #"{"conversationId":"\#(conversation)","content":"hi"}"#, as: user)
    }
}

extension Node {
    /// How many conversations an inspection finds fault with.
    fileprivate func problemCount() throws -> Int {
        try self["corrupted"].items().count + self["selfConversations"].items().count + self["unsorted"].items().count
    }

    /// Whether any group of an inspection names the conversation.
    fileprivate func names(_ id: String) throws -> Bool {
        try ["corrupted", "selfConversations", "unsorted"].contains { group in
            try self[group].items().contains { $0["id"].value?.string == id }
        }
    }
}

extension Checks {
    static let admin: [Check] = adminInspect + adminCleanup + adminDelete + injectedPairs

    private static let adminInspect: [Check] = [
        Check(["ADMIN-INSPECT-01", "ADMIN-INSPECT-02", "AUTHZ-07"], "inspect needs no token and looks at none") { lab in
            try lab.inspection()["total"].expectInteger()
            try lab.get(inspectPath, headers: ["Authorization": "Bearer nonsense"]).expect(200).json["total"]
                .expectInteger()
        },
        Check(["ADMIN-INSPECT-03"], "a new conversation is counted") { lab in
            let before = try lab.inspection()
            let chat = try lab.chat()
            let after = try lab.inspection()
            try lab.get("/chat/conversations", as: chat.bob).expect(200)
            for key in ["total", "valid"] {
                let (old, new) = (try before[key].integer(), try after[key].integer())
                guard new > old else {
                    throw Check.Failure("expected \(key) above \(old), found \(new)", exchange: after.exchange)
                }
            }
        },
        Check(["ADMIN-INSPECT-04", "ADMIN-INSPECT-05"], "an inspection has two counts and three lists") { lab in
            let body = try lab.inspection()
            try body.expectKeys("total", "valid", "corrupted", "selfConversations", "unsorted")
            for key in ["corrupted", "selfConversations", "unsorted"] { _ = try body[key].items() }
            guard try body["total"].integer() >= body["valid"].integer() else {
                throw Check.Failure("expected a total of at least the valid ones", exchange: body.exchange)
            }
        },
        Check(
            ["ADMIN-INSPECT-06", "ADMIN-INSPECT-10"], "corrupted conversations stand as stored, with what is wrong",
            needs: [.controlPlane]
        ) { lab in
            let cases: [(stored: JSON, issue: JSON)] = [
                ("invalid_format", "not_an_array"), (nil, "not_an_array"), (5, "not_an_array"),
                (["a": ["b", nil]], "not_an_array"), ([], "invalid_length"), (["user1"], "invalid_length"),
                ([5], "invalid_length"), (["user1", "user2", "user3"], "invalid_length"),
                (["user1", ""], "invalid_id"), ([nil, "user1"], "invalid_id"), ([1, 1], "invalid_id"),
                ([["user1"], "user2"], "invalid_id"),
            ]
            for (stored, issue) in cases {
                let id = try lab.inject(stored.description)
                let entry = try lab.inspection()["corrupted"].element(whose: "id", is: id)
                try entry.expectKeys("id", "participant_ids", "issue")
                try entry["participant_ids"].expect(stored)
                try entry["issue"].expect(issue)
            }
        },
        Check(["ADMIN-INSPECT-07"], "a conversation with oneself has the same user twice", needs: [.controlPlane]) {
            lab in
            let user = try lab.register()
            for name in ["user1", user.id] {
                let id = try lab.inject(#"["\#(name)","\#(name)"]"#)
                let entry = try lab.inspection()["selfConversations"].element(whose: "id", is: id)
                try entry.expect(["id": .string(id), "participant_ids": [.string(name), .string(name)]])
            }
        },
        Check(
            ["ADMIN-INSPECT-08"], "an unsorted conversation shows the order it has and should have",
            needs: [.controlPlane]
        ) { lab in
            let (low, high) = try lab.pair()
            for (first, second) in [("user2", "user1"), (high.id, low.id), ("b", "B")] {
                let id = try lab.inject(#"["\#(first)","\#(second)"]"#)
                try lab.inspection()["unsorted"].element(whose: "id", is: id).expect([
                    "id": .string(id), "current": [.string(first), .string(second)],
                    "sorted": [.string(second), .string(first)],
                ])
            }
        },
        Check(["ADMIN-INSPECT-09"], "each conversation is in one group, each list ascends", needs: [.controlPlane]) {
            lab in
            let (low, high) = try lab.pair()
            let before = try lab.inspection()
            var ids: [String: [String]] = [:]
            for (group, participants) in [
                ("corrupted", "null"), ("unsorted", #"["\#(high.id)","\#(low.id)"]"#), ("unsorted", #"["b","a"]"#),
                ("selfConversations", #"["a","a"]"#), ("valid", #"["a","b"]"#), ("corrupted", "[]"),
                ("valid", #"["\#(low.id)","\#(high.id)"]"#), ("unsorted", #"["\#(high.id)","\#(low.id)"]"#),
                ("selfConversations", #"["\#(low.id)","\#(low.id)"]"#),
            ] {
                ids[group, default: []].append(try lab.inject(participants))
            }
            let after = try lab.inspection()
            for (key, count) in [("total", 9), ("valid", 2)] {
                try after[key].expect(.number(String(before[key].integer() + count)))
            }
            for body in [before, after] {
                try body["total"].expect(.number(String(body["valid"].integer() + body.problemCount())))
            }
            for group in ["corrupted", "selfConversations", "unsorted"] {
                let found = try after[group].items().map { try $0["id"].text() }
                try lab.expectOrder(found, found.sorted())
                try lab.expectOrder(found.filter { ids[group]?.contains($0) == true }, ids[group] ?? [])
            }
            for id in ids["valid"] ?? [] where try after.names(id) {
                throw Check.Failure("expected no fault with \(id)", exchange: after.exchange)
            }
        },
        Check(["ADMIN-INSPECT-11"], "inspecting changes nothing", needs: [.controlPlane]) { lab in
            let chat = try lab.chat()
            try lab.say("unread", as: chat.alice, in: chat.id)
            _ = try lab.inject(#"["b","a"]"#)
            let first = try lab.get(inspectPath).expect(200)
            let second = try lab.get(inspectPath).expect(200)
            try second.expect(
                first.exchange.answer.body == second.exchange.answer.body, "expected the same inspection as before")
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(1)
        },
        Check(["ADMIN-INSPECT-12"], "unsound conversations are invisible elsewhere", needs: [.controlPlane]) { lab in
            let (low, high) = try lab.pair()
            for participants in [
                "null", #"["\#(low.id)"]"#, #"["\#(low.id)","\#(high.id)","\#(Lab.unknownID)"]"#,
                #"["\#(low.id)","\#(low.id)"]"#, #"["\#(low.id)","\#(Lab.unknownID)"]"#, #"["zzz","\#(low.id)"]"#,
                #"["\#(low.id)",null]"#,
            ] {
                let id = try lab.inject(participants)
                try lab.expectOrder(lab.conversations(of: low), [])
                try lab.get("/chat/conversations/\(id)/messages", as: low).expect(404)
                try lab.send(to: id, as: low).expect(404)
                for action in ["read", "view"] {
                    try lab.post("/chat/conversations/\(id)/\(action)", as: low).expect(404)
                }
            }
            let own = try lab.ensure(low, with: high)
            try lab.expectOrder(lab.conversations(of: low), [own])
        },
        Check(["ADMIN-INSPECT-12"], "an unsorted conversation works and is listed as stored", needs: [.controlPlane]) {
            lab in
            let (low, high) = try lab.pair()
            let id = try lab.inject(#"["\#(high.id)","\#(low.id)"]"#)
            let reply = try lab.post("/chat/conversations/ensure", #"{"recipientId":"\#(high.id)"}"#, as: low)
            let ensured = try reply.expect(200).json
            try ensured["id"].expect(.string(id))
            try lab.send(to: id, as: high).expect(201)
            for user in [low, high] {
                try lab.expectOrder(lab.conversations(of: user), [id])
                try lab.messages(id, as: user)[0]["sender"]["id"].expect(.string(high.id))
                let listed = try lab.listed(id, as: user)
                for participants in [listed["participants"], ensured["participants"]] {
                    try lab.expectOrder(participants.items().map { try $0["id"].text() }, [high.id, low.id])
                }
            }
            try lab.post("/block/\(high.id)", as: low).expect(200)
            try lab.send(to: id, as: high).expect(403)
        },
    ]

    private static let adminCleanup: [Check] = [
        Check(
            ["ADMIN-CLEANUP-01", "ADMIN-CLEANUP-02", "ADMIN-CLEANUP-03", "AUTHZ-07"],
            "cleanup needs no token and answers two counts",
            needs: [.destructiveAdmin]
        ) { lab in
            for headers in [[:], ["Authorization": "Bearer nonsense"]] as [KeyValuePairs<String, String>] {
                let body = try lab.delete(cleanupPath, headers: headers).expect(200).json
                try body.expectKeys("deleted", "fixed")
                try body["deleted"].expectInteger()
                try body["fixed"].expectInteger()
            }
        },
        Check(
            ["ADMIN-CLEANUP-04"], "corrupted conversations are removed", needs: [.destructiveAdmin, .controlPlane]
        ) { lab in
            try lab.expectCleanup(removes: ["null", "[]", #"["a",5]"#, #"["a"]"#, #""text""#])
        },
        Check(
            ["ADMIN-CLEANUP-06"], "conversations with oneself are removed and counted",
            needs: [.destructiveAdmin, .controlPlane]
        ) { lab in
            let user = try lab.register()
            try lab.expectCleanup(removes: [#"["a","a"]"#, #"["\#(user.id)","\#(user.id)"]"#])
        },
        Check(
            ["ADMIN-CLEANUP-05"], "unsorted participants are put in order", needs: [.destructiveAdmin, .controlPlane]
        ) {
            lab in
            let (low, high) = try lab.pair()
            try lab.delete(cleanupPath).expect(200)
            let id = try lab.inject(#"["\#(high.id)","\#(low.id)"]"#)
            let unknown = try lab.inject(#"["b","a"]"#)
            try lab.send(to: id, as: low).expect(201)
            let before = try lab.inspection()
            try lab.delete(cleanupPath).expect(200).json.expect(["deleted": 0, "fixed": 2])
            let after = try lab.inspection()
            try after["total"].expect(.number(String(before["total"].integer())))
            try after["valid"].expect(.number(String(before["valid"].integer() + 2)))
            guard try !after.names(id), try !after.names(unknown) else {
                throw Check.Failure("expected no fault with \(id) and \(unknown)", exchange: after.exchange)
            }
            let listed = try lab.listed(id, as: high)
            try lab.expectOrder(listed["participants"].items().map { try $0["id"].text() }, [low.id, high.id])
            try listed["unread_count"].expect(1)
            try lab.send(to: id, as: high).expect(201)
        },
        Check(["ADMIN-CLEANUP-07"], "repeating it finds nothing", needs: [.destructiveAdmin, .controlPlane]) { lab in
            let (low, high) = try lab.pair()
            for participants in ["5", #"["a","a"]"#, #"["b","a"]"#, #"["\#(high.id)","\#(low.id)"]"#] {
                _ = try lab.inject(participants)
            }
            try lab.delete(cleanupPath).expect(200)
            try lab.delete(cleanupPath).expect(200).json.expect(["deleted": 0, "fixed": 0])
            let body = try lab.inspection()
            for group in ["corrupted", "selfConversations", "unsorted"] { try body[group].expectCount(0) }
            try body["valid"].expect(.number(String(body["total"].integer())))
        },
        Check(["ADMIN-CLEANUP-08"], "inspect and cleanup are no conversation IDs") { lab in
            let chat = try lab.chat()
            for (method, path) in [
                ("DELETE", inspectPath), ("GET", cleanupPath), ("POST", cleanupPath),
                ("GET", "/admin/conversations/\(chat.id)"),
            ] {
                try lab.send(method, path).expectEnvelope(405, "Method Not Allowed")
            }
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
        },
        Check(["ADMIN-CLEANUP-08"], "deleting at the place of cleanup cleans up", needs: [.destructiveAdmin]) { lab in
            let chat = try lab.chat()
            try lab.delete(cleanupPath).expect(200).json.expectKeys("deleted", "fixed")
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
        },
    ]

    private static let adminDelete: [Check] = [
        Check(
            ["ADMIN-DELETE-01", "ADMIN-DELETE-02", "ADMIN-DELETE-03", "AUTHZ-07"],
            "deleting a conversation needs no token",
            needs: [.destructiveAdmin]
        ) { lab in
            for headers in [[:], ["Authorization": "Bearer nonsense"]] as [KeyValuePairs<String, String>] {
                let chat = try lab.chat()
                try lab.delete("/admin/conversations/\(chat.id)", headers: headers).expect(200).json
                    .expect(["deleted": true, "id": .string(chat.id)])
            }
        },
        Check(["ADMIN-DELETE-04"], "the conversation is gone for both, silently", needs: [.destructiveAdmin, .events]) {
            lab in
            let chat = try lab.chat()
            let other = try lab.ensure(chat.alice, with: lab.register())
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.publications { try $0.delete("/admin/conversations/\(chat.id)").expect(200) }.expectTopics([])
            for user in [chat.alice, chat.bob] {
                try lab.get("/chat/conversations/\(chat.id)/messages", as: user).expect(404)
                try lab.send(to: chat.id, as: user).expect(404)
                try lab.post("/chat/conversations/\(chat.id)/read", as: user).expect(404)
            }
            try lab.expectOrder(lab.conversations(of: chat.alice), [other])
            try lab.expectOrder(lab.conversations(of: chat.bob), [])
        },
        Check(["ADMIN-DELETE-05"], "an unknown conversation answers 404", needs: [.destructiveAdmin]) { lab in
            let chat = try lab.chat()
            try lab.delete("/admin/conversations/\(Lab.unknownID)").expect(404)
            try lab.delete("/admin/conversations/\(chat.bob.id)").expect(404)
            try lab.delete("/admin/conversations/abc").expect(404)
            try lab.delete("/admin/conversations/\(chat.id)").expect(200)
            try lab.delete("/admin/conversations/\(chat.id)").expect(404)
        },
        Check(
            ["ADMIN-DELETE-05"], "an unsound conversation is deleted like any other",
            needs: [.destructiveAdmin, .controlPlane]
        ) { lab in
            for participants in ["null", #"["a","a"]"#, #"["b","a"]"#, #"["a","b"]"#] {
                let id = try lab.inject(participants)
                try lab.delete("/admin/conversations/\(id)").expect(200).json
                    .expect(["deleted": true, "id": .string(id)])
                try lab.delete("/admin/conversations/\(id)").expect(404)
                let body = try lab.inspection()
                guard try !body.names(id) else {
                    throw Check.Failure("expected \(id) to be gone", exchange: body.exchange)
                }
            }
        },
        Check(["ADMIN-DELETE-06"], "the messages go along, ensure makes a new conversation", needs: [.destructiveAdmin])
        {
            lab in
            let chat = try lab.chat()
            let message = try lab.say("hello", as: chat.alice, in: chat.id)["id"].text()
            try lab.delete("/admin/conversations/\(chat.id)").expect(200)
            let reply = try lab.post(
                "/chat/conversations/ensure", #"{"recipientId":"\#(chat.alice.id)"}"#, as: chat.bob)
            let body = try reply.expect(200).json
            try body["id"].expectNot(.string(chat.id))
            try body["lastMessage"].expectNull()
            let id = try body["id"].text()
            try lab.get("/chat/conversations/\(id)/messages", as: chat.bob).expect(200).json["messages"].expectCount(0)
            if lab.knobs.badCursor != .skip {
                let reply = try lab.get("/chat/conversations/\(id)/messages?before=\(message)", as: chat.bob)
                try lab.expectBadCursor(reply, message, of: "messages", firstPage: 0)
            }
            try lab.expectOrder(lab.conversations(of: chat.bob), [id])
            try lab.listed(id, as: chat.bob)["unread_count"].expect(0)
        },
    ]

    /// Rows of other areas that only injected conversations show.
    private static let injectedPairs: [Check] = [
        Check(
            ["CHAT-ENSURE-06"], "of several conversations of a pair the oldest counts, all are listed",
            needs: [.controlPlane]
        ) { lab in
            let (low, high) = try lab.pair()
            let first = try lab.inject(#"["\#(high.id)","\#(low.id)"]"#)
            let second = try lab.inject(#"["\#(low.id)","\#(high.id)"]"#)
            let third = try lab.inject(#"["\#(high.id)","\#(low.id)"]"#)
            for (caller, other) in [(low, high), (high, low)] {
                try lab.expectOrder([lab.ensure(caller, with: other)], [first])
                try lab.expectOrder(lab.conversations(of: caller), [third, second, first])
                let query = "?user_id=\(other.id)&limit=2"
                try lab.expectOrder(lab.conversations(of: caller, query), [third, second])
                try lab.expectOrder(lab.conversations(of: caller, query + "&sort=updated_at"), [first, second])
                try lab.expectOrder(
                    lab.walk("/chat/conversations\(query)", "conversations", as: caller), [third, second, first])
            }
            // A newer message makes none of them older.
            try lab.send(to: second, as: low).expect(201)
            try lab.expectOrder([lab.ensure(low, with: high)], [first])
            try lab.expectOrder(lab.conversations(of: high), [second, third, first])
            try lab.post("/block/\(high.id)", as: low).expect(200)
            for id in [first, second, third] { try lab.send(to: id, as: high).expect(403) }
        },
        Check(
            ["CHAT-ENSURE-06"], "when the oldest is deleted the next counts",
            needs: [.controlPlane, .destructiveAdmin]
        ) { lab in
            let chat = try lab.chat()
            let ids = try (0..<3).map { _ in try lab.inject(#"["\#(chat.alice.id)","\#(chat.bob.id)"]"#) }
            for (deleted, oldest) in [(ids[1], chat.id), (chat.id, ids[0]), (ids[0], ids[2])] {
                try lab.delete("/admin/conversations/\(deleted)").expect(200)
                try lab.expectOrder([lab.ensure(chat.bob, with: chat.alice)], [oldest])
            }
            try lab.delete("/admin/conversations/\(ids[2])").expect(200)
            let fresh = try lab.ensure(chat.bob, with: chat.alice)
            try lab.expectOrder(lab.conversations(of: chat.alice), [fresh])
        },
        Check(
            ["CHAT-ENSURE-13"], "participants that are stored out of order are put in order by cleanup",
            needs: [.controlPlane, .destructiveAdmin]
        ) { lab in
            let (low, high) = try lab.pair()
            let id = try lab.inject(#"["\#(high.id)","\#(low.id)"]"#)
            for order in [[high.id, low.id], [low.id, high.id]] {
                for (caller, other) in [(low, high), (high, low)] {
                    let reply = try lab.post(
                        "/chat/conversations/ensure", #"{"recipientId":"\#(other.id)"}"#, as: caller)
                    let body = try reply.expect(200).json
                    try body["id"].expect(.string(id))
                    try lab.expectOrder(body["participants"].items().map { try $0["id"].text() }, order)
                }
                try lab.delete(cleanupPath).expect(200)
            }
        },
        Check(["CONTROL-07"], "a deleted user's calls, address book and conversations go along", needs: [.controlPlane])
        {
            lab in
            let chat = try lab.chat()
            _ = try lab.inject(#"["\#(chat.bob.id)","\#(chat.alice.id)"]"#)
            try lab.setContacts(of: chat.alice, [chat.bob.phone])
            let call = try lab.post(
                "/calls",
                #"{"recipient_id":"\#(chat.bob.id)","type":"audio","offer":{"type":"offer","sdp":"v=0"}}"#,
                as: chat.alice
            ).expect(201).json["id"].text()
            let before = try lab.inspection()["total"].integer()
            try lab.control("user-delete", #"{"user_id":"\#(chat.bob.id)"}"#).expect(200)
            try lab.post("/calls/\(call)/end", as: chat.alice).expect(404)
            try lab.expectOrder(lab.conversations(of: chat.alice), [])
            let after = try lab.inspection()
            try after["total"].expect(.number(String(before - 2)))
            try lab.get("/contacts", as: chat.alice).expect(200).json["contacts"][0]["is_registered"].expect(false)
        },
    ]
}
