import ChatrixModel

/// A user that a check registered, with what he knows about himself.
package struct Account: Sendable, Hashable {
    package var id: String
    package var phone: String
    package var username: String
    package var fullName: String?
    package var password: String
    package var deviceID: String
    package var accessToken: String
    package var refreshToken: String

    /// Takes the tokens of an answer of login or refresh.
    mutating func adopt(_ answer: Node) throws {
        accessToken = try answer["access_token"].text()
        refreshToken = try answer["refresh_token"].text()
    }
}

/// Two users and their conversation.
package struct Chat: Sendable, Hashable {
    package var alice: Account
    package var bob: Account
    package var id: String
}

extension Lab {
    /// Registers a new user as the document shows it, by form and with a device of its own.
    package mutating func register(fullName: String? = nil) throws -> Account {
        let number = fresh()
        let phone = freshPhone()
        let username = freshUsername()
        let password = "secret-\(number)"
        let deviceID = "device-\(number)"
        var form = Form()
        form.text("phone", phone)
        form.text("username", username)
        form.text("password", password)
        if let fullName { form.text("full_name", fullName) }
        let answer = try post("/auth/register", form: form, headers: ["x-device-id": deviceID]).expect(201).json
        return Account(
            id: try answer["user"]["id"].text(), phone: phone, username: username, fullName: fullName,
            password: password, deviceID: deviceID, accessToken: try answer["access_token"].text(),
            refreshToken: try answer["refresh_token"].text())
    }

    /// The conversation of two users, made if need be. Marks as read for `caller` what was there.
    package mutating func ensure(_ caller: Account, with other: Account) throws -> String {
        try post("/chat/conversations/ensure", #"{"recipientId":"\#(other.id)"}"#, as: caller)
            .expect(200).json["id"].text()
    }

    /// Two new users with a conversation. The first has the smaller ID.
    package mutating func chat() throws -> Chat {
        let users = try [register(fullName: "Alice"), register(fullName: "Bob")].sorted { $0.id < $1.id }
        return Chat(alice: users[0], bob: users[1], id: try ensure(users[0], with: users[1]))
    }

    /// Sends a text message and returns the answer's body. `content` must not need escapes in JSON.
    @discardableResult
    package mutating func say(_ content: String, as sender: Account, in conversation: String) throws -> Node {
        try post(
            "/chat/messages", #"{"conversationId":"\#(conversation)","content":"\#(content)","type":"text"}"#,
            as: sender
        ).expect(201).json
    }

    /// The messages that a user sees in a conversation. `query` starts with `?`; without `before` it marks as read.
    package mutating func messages(
        _ conversation: String, as reader: Account, _ query: String = ""
    ) throws -> NodeList {
        try get("/chat/conversations/\(conversation)/messages\(query)", as: reader)
            .expect(200).json["messages"].items()
    }

    /// A user's entry for a conversation in the list of conversations.
    package mutating func listed(_ conversation: String, as user: Account) throws -> Node {
        let reply = try get("/chat/conversations?limit=50", as: user).expect(200)
        for item in try reply.json["conversations"].items() where item["id"].value?.string == conversation {
            return item
        }
        throw reply.failure("expected conversation \(conversation) in the list")
    }

    package mutating func unreadCount(_ conversation: String, as user: Account) throws -> Int {
        try listed(conversation, as: user)["unread_count"].integer()
    }

    /// An ID of the right shape that no object has.
    package static var unknownID: String { "ffffffffffffffffffffffff" }

    /// Makes an account private or public through the control plane.
    package mutating func setPrivate(_ user: Account, _ isPrivate: Bool) throws {
        try control("user-update", #"{"user_id":"\#(user.id)","is_private":\#(isPrivate)}"#).expect(200)
    }

    package mutating func acceptFollow(from follower: Account, to followed: Account) throws {
        try control("follow-accept", #"{"follower_id":"\#(follower.id)","following_id":"\#(followed.id)"}"#)
            .expect(200)
    }
}
