import ChatrixModel

/// Changes of posts that only control commands make (D-38, D-100). The outcome of each says what WebSocket
/// connections and webhooks are told, with the values and times of D-95: nothing where nothing changed.
extension ReferenceBackend {
    /// Replaces the caption; `nil` clears it.
    mutating func updatePost(_ post: PostIndex, caption: String?, at time: Timestamp) -> Outcome {
        let updatedAt = clock.stamp(time)
        posts.records[post].caption = caption
        posts.records[post].updatedAt = updatedAt
        return .carriedOut(.postUpdated(show(post, to: posts.records[post].author)), at: updatedAt)
    }

    mutating func deletePost(_ post: PostIndex, at time: Timestamp) -> Outcome {
        let record = posts.records[post]
        removePost(post)
        return .carriedOut(
            .postDeleted(directory.id(record.number), author: userID(record.author)), at: clock.stamp(time))
    }

    /// CONTROL: one like a user and post (D-38). The author is notified (D-70).
    mutating func addLike(of post: PostIndex, by user: UserIndex, at time: Timestamp) -> Outcome {
        guard posts.records[post].likes[user] == nil else { return Outcome(.carriedOut) }
        let createdAt = clock.stamp(time)
        posts.records[post].likes[user] = createdAt
        users[user].posts.liked.insert(post)
        let like = Like(post: postID(post), user: userID(user), createdAt: createdAt)
        var outcome = Outcome.carriedOut(.likeCreated(like), at: createdAt)
        outcome.domainEvents += notifyLike(of: post, by: user, at: time)
        return outcome
    }

    mutating func removeLike(of post: PostIndex, by user: UserIndex, at time: Timestamp) -> Outcome {
        guard let createdAt = posts.records[post].likes.removeValue(forKey: user) else { return Outcome(.carriedOut) }
        users[user].posts.liked.remove(post)
        let like = Like(post: postID(post), user: userID(user), createdAt: createdAt)
        return .carriedOut(.likeDeleted(like), at: clock.stamp(time))
    }

    /// Nobody is told of saves (D-97).
    mutating func setSaved(_ post: PostIndex, by user: UserIndex, _ isSaved: Bool) {
        if isSaved {
            posts.records[post].savedBy.insert(user)
            users[user].posts.saved.insert(post)
        } else {
            posts.records[post].savedBy.remove(user)
            users[user].posts.saved.remove(post)
        }
    }

    mutating func addComment(
        on post: PostIndex, by user: UserIndex, _ content: String, at time: Timestamp
    ) -> (comment: CommentID, outcome: Outcome) {
        let index = posts.comments.count
        posts.comments.append(
            CommentRecord(
                number: directory.add(.comment, index), post: post, user: user, content: content,
                createdAt: clock.stamp(time)))
        posts.commentCount += 1
        posts.records[post].comments.insert(index)
        users[user].posts.comments.insert(index)
        let comment = comment(index)
        return (comment.id, .carriedOut(.commentCreated(comment), at: comment.createdAt))
    }

    /// Keeps `created_at`.
    mutating func updateComment(_ index: CommentIndex, _ content: String, at time: Timestamp) -> Outcome {
        posts.comments[index].content = content
        return .carriedOut(.commentUpdated(comment(index)), at: clock.stamp(time))
    }

    mutating func deleteComment(_ index: CommentIndex, at time: Timestamp) -> Outcome {
        let comment = comment(index)
        removeComment(index)
        return .carriedOut(.commentDeleted(comment), at: clock.stamp(time))
    }

    private func comment(_ index: CommentIndex) -> Comment {
        let record = posts.comments[index]
        return Comment(
            id: directory.id(record.number), post: postID(record.post), user: userID(record.user),
            content: record.content, createdAt: record.createdAt)
    }
}

// MARK: - Removal

extension ReferenceBackend {
    /// Removes what a deleted user has to do with posts, silently (D-97, D-100). O(what is removed), but a post that goes
    /// takes its likes, saves and comments along.
    mutating func removePosts(of user: UserIndex) {
        let owned = users[user].posts
        for post in owned.liked { posts.records[post].likes[user] = nil }
        for post in owned.saved { posts.records[post].savedBy.remove(user) }
        for comment in owned.comments { removeComment(comment) }
        // The last first: each is then the end of the list.
        for post in owned.written.reversed() { removePost(Int(post)) }
        users[user].posts = PostsOfUser()
    }

    private mutating func removePost(_ post: PostIndex) {
        let record = posts.records[post]
        for user in record.likes.keys { users[user].posts.liked.remove(post) }
        for user in record.savedBy { users[user].posts.saved.remove(post) }
        for comment in record.comments { removeComment(comment) }
        removeNotifications(about: post)
        users[record.author].posts.remove(post)
        directory.remove(record.number)
        posts.records[post].clear()
        posts.count -= 1
    }

    private mutating func removeComment(_ index: CommentIndex) {
        let record = posts.comments[index]
        posts.records[record.post].comments.remove(index)
        users[record.user].posts.comments.remove(index)
        directory.remove(record.number)
        posts.comments[index].clear()
        posts.commentCount -= 1
    }
}
