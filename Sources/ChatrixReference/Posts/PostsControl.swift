import ChatrixModel

/// The control commands of posts (D-100). Repeating a like or a save, or removing one that is not there, changes nothing.
extension ReferenceAPI {
    mutating func carryOutPosts(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) -> [UInt8] {
        switch command {
        case .commentUpdate, .commentDelete: try carryOutComments(command, fields, at: time)
        case .commentAdd:
            let (post, user) = (try post(fields), try user(fields, "user_id"))
            let (comment, outcome) = backend.addComment(on: post, by: user, try commentContent(fields), at: time)
            publish(outcome)
            return ControlFields.answer(id: comment)
        case .postUpdate:
            let post = try post(fields)
            let caption = try fields.requiredText("caption")
            guard caption.isWithinScalars(Limits.captionScalarsMax) else { throw Refusal.invalidField("caption") }
            publish(backend.updatePost(post, caption: caption.isEmpty ? nil : caption, at: time))
        case .postDelete:
            publish(backend.deletePost(try post(fields), at: time))
        case .saveAdd, .saveRemove:
            backend.setSaved(try post(fields), by: try user(fields, "user_id"), command == .saveAdd)
        default:
            let (post, user) = (try post(fields), try user(fields, "user_id"))
            publish(
                command == .likeAdd
                    ? backend.addLike(of: post, by: user, at: time) : backend.removeLike(of: post, by: user, at: time))
        }
        return ControlFields.emptyAnswer
    }

    private mutating func carryOutComments(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) {
        guard let id = CommentID(try fields.requiredText("comment_id")) else {
            throw Refusal.invalidField("comment_id")
        }
        guard let comment = backend.commentIndex(id) else { throw Refusal.commentNotFound }
        publish(
            command == .commentUpdate
                ? backend.updateComment(comment, try commentContent(fields), at: time)
                : backend.deleteComment(comment, at: time))
    }

    private func commentContent(_ fields: ControlFields) throws(Refusal) -> String {
        let content = try fields.requiredText("content")
        guard content.hasVisibleScalar else { throw Refusal.invalidField("content") }
        return content
    }

    private func post(_ fields: ControlFields) throws(Refusal) -> PostIndex {
        guard let id = PostID(try fields.requiredText("post_id")) else { throw Refusal.invalidField("post_id") }
        guard let post = backend.postIndex(id) else { throw Refusal.postNotFound }
        return post
    }
}
