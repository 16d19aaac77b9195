/// The requests of the areas with more than one or two of them, in the order of the API document.
extension AuthCommand {
    func wireRequest(refreshToken: String?) -> WireRequest? {
        switch self {
        case .register(let registration):
            let request = WireRequest(.register).device(registration.deviceID)
            // JSON cannot carry a file (D-28).
            if let avatar = registration.avatar {
                return request.form([
                    ("phone", .text(registration.phone)), ("username", .text(registration.username)),
                    ("password", .text(registration.password)), ("full_name", registration.fullName.map { .text($0) }),
                    ("avatar", .file(avatar)),
                ])
            }
            return request.json { writer in
                writer.member("phone", registration.phone)
                writer.member("username", registration.username)
                writer.member("password", registration.password)
                if let fullName = registration.fullName { writer.member("full_name", fullName) }
            }
        case .login(let credentials):
            return WireRequest(.login).device(credentials.deviceID).json { writer in
                writer.member("phoneOrUsername", credentials.phoneOrUsername)
                writer.member("password", credentials.password)
            }
        case .refresh(_, let deviceID):
            guard let refreshToken else { return nil }
            return WireRequest(.refresh).device(deviceID).json { $0.member("refresh_token", refreshToken) }
        }
    }
}

extension UsersCommand {
    func wireRequest() -> WireRequest {
        switch self {
        case .me: return WireRequest(.me)
        case .update(let update):
            if let avatar = update.avatar {
                return WireRequest(.updateMe).form([
                    ("full_name", update.fullName.map { .text($0) }), ("bio", update.bio.map { .text($0) }),
                    ("avatar", .file(avatar)),
                ])
            }
            return WireRequest(.updateMe).json { writer in
                if let fullName = update.fullName { writer.member("full_name", fullName) }
                if let bio = update.bio { writer.member("bio", bio) }
            }
        case .profile(.id(let id)): return WireRequest(.profile, id.description)
        case .profile(.username(let name)): return WireRequest(.profile, name.percentEncoded)
        }
    }
}

extension PostsCommand {
    func wireRequest() -> WireRequest {
        switch self {
        case .create(let draft):
            WireRequest(.createPost).form(
                [
                    ("caption", draft.caption.map { .text($0) }), ("location", draft.location.map { .text($0.json) }),
                    ("is_private", draft.isPrivate ? .text("true") : nil),
                ] + draft.files.map { ("media", .file($0)) })
        case .post(let post): WireRequest(.post, post.description)
        case .feed(let query):
            WireRequest(.feed).query([
                "limit": String(query.limit), "before": query.before?.description,
                "after": query.after?.description, "user_id": query.author?.description,
                "sort": query.order.sortKey("created_at"),
            ])
        }
    }
}

extension ChatCommand {
    func wireRequest() -> WireRequest? {
        switch self {
        case .ensure(let recipient): WireRequest(.ensure).json { $0.member("recipientId", recipient) }
        case .conversations(let query):
            WireRequest(.conversations).query([
                "limit": String(query.limit),
                "before": query.before?.description, "after": query.after?.description,
                "user_id": query.user?.description, "sort": query.order.sortKey("updated_at"),
            ])
        case .messages(let conversation, let query):
            WireRequest(.messages, conversation.description).query([
                "limit": String(query.limit), "before": query.before?.description,
                "after": query.after?.description, "user_id": query.sender?.description, "status": query.status,
                "type": query.kind, "sort": query.order.sortKey("created_at"),
            ])
        case .send(let conversation, let draft):
            WireRequest(.send).json { draft.encodeMembers(in: conversation, to: &$0) }
        case .read(let conversation): WireRequest(.read, conversation.description)
        case .view(let conversation): WireRequest(.view, conversation.description)
        case .update, .delete: nil
        }
    }
}

extension StoriesCommand {
    func wireRequest() -> WireRequest {
        switch self {
        case .create(let draft):
            WireRequest(.createStory).form(
                [
                    ("media", .file(draft.file)), ("caption", draft.caption.map { .text($0) }),
                    ("location", draft.location.map { .text($0.json) }),
                    (
                        "expires_in",
                        draft.expiresInHours == Limits.storyHoursDefault ? nil : .text(String(draft.expiresInHours))
                    ),
                ] + draft.mentions.map { ("mentions[]", .text($0.description)) })
        case .feed: WireRequest(.storyFeed)
        }
    }
}

extension StorageCommand {
    func wireRequest() -> WireRequest {
        switch self {
        case .upload(let file): WireRequest(.uploadFile).form([("file", .file(file))])
        case .uploadMultiple(let files): WireRequest(.uploadFiles).form(files.map { ("files", .file($0)) })
        case .file(let key): WireRequest(.file, StorageCommand.path(key))
        case .preview(let key): WireRequest(.preview, StorageCommand.path(key))
        }
    }

    /// The slashes of a key are those of the path (D-78).
    private static func path(_ key: String) -> String {
        key.split(separator: "/", omittingEmptySubsequences: false).map { String($0).percentEncoded }
            .joined(separator: "/")
    }
}

extension CallsCommand {
    func wireRequest() -> WireRequest? {
        switch self {
        case .create(let draft): WireRequest(.createCall).json { draft.encodeMembers(to: &$0) }
        case .answer(let call, let answer):
            WireRequest(.answerCall, call.description).json { $0.member("answer", answer) }
        case .end(let call): WireRequest(.endCall, call.description)
        case .reject: nil
        }
    }
}

// MARK: - Bodies that HTTP requests and WebSocket events share (D-92)

extension MessageDraft {
    func encodeMembers(in conversation: ConversationID, to writer: inout JSONWriter) {
        writer.member("conversationId", conversation)
        writer.member("content", content)
        writer.member("type", kind.rawValue)
        if !attachments.isEmpty {
            writer.key("attachments")
            writer.value(attachments)
        }
    }
}

extension CallDraft {
    func encodeMembers(to writer: inout JSONWriter) {
        writer.member("recipient_id", recipient)
        writer.member("type", kind.rawValue)
        writer.member("offer", offer)
    }
}

extension ReportDraft {
    func encodeMembers(to writer: inout JSONWriter) {
        writer.member("reported_user_id", reportedUser)
        writer.member("reason", reason)
        if let conversation { writer.member("conversation_id", conversation) }
        if !messages.isEmpty {
            writer.key("message_ids")
            writer.array(messages) { $1.value($0) }
        }
    }
}

extension Location {
    /// The text of the form field `location` (D-34).
    fileprivate var json: String {
        var writer = JSONWriter()
        encode(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
