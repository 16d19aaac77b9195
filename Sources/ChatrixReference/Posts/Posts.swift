import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: PostsCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        switch command {
        case .create(let draft): createPost(draft, by: caller, at: time)
        case .post(let id): showPost(id, to: caller)
        case .feed(let query): feed(query, of: caller)
        }
    }

    /// POSTS-CREATE: when one file is refused nothing is stored (D-74).
    private mutating func createPost(_ draft: PostDraft, by author: UserIndex, at time: Timestamp) -> Outcome {
        let media: [MediaFile]
        do throws(Refusal) {
            media = try storeMedia(try ReferenceBackend.checkMedia(draft.files), in: "media", at: time)
        } catch {
            return .refused(error)
        }
        let post = posts.records.count
        posts.records.append(
            PostRecord(
                number: directory.add(.post, post), author: author, createdAt: clock.stamp(time),
                caption: draft.caption, media: media, location: draft.location, isPrivate: draft.isPrivate))
        posts.count += 1
        users[author].posts.add(post)
        let created = show(post, to: author)
        return Outcome(
            .posts(.created(created)), domainEvents: [DomainEvent(.postCreated(created), at: created.createdAt)])
    }

    /// POSTS-GET: privacy before block (D-12); who blocks may still look, who is blocked may not (D-64, D-65).
    func showPost(_ id: PostID, to caller: UserIndex?) -> Outcome {
        guard let post = postIndex(id) else { return .refused(.postNotFound) }
        let record = posts.records[post]
        let author = record.author
        guard mayRead(post, caller) else { return .refused(.privatePost) }
        if let caller, users[author].blocking.contains(caller) { return .refused(.blocked) }
        return Outcome(
            .posts(
                .post(
                    PostDetail(
                        post: show(post, to: caller), author: summary(of: author), isVerified: users[author].isVerified,
                        location: record.location, updatedAt: record.updatedAt))))
    }

    /// Whether the privacy of a post and of its author's account leaves it open to a caller (D-36).
    private func mayRead(_ post: PostIndex, _ caller: UserIndex?) -> Bool {
        let author = posts.records[post].author
        guard posts.records[post].isPrivate || users[author].isPrivate else { return true }
        guard let caller else { return false }
        return caller == author || isFollower(caller, of: author)
    }

    /// A post as a response to a caller contains it; likes and saves are the caller's own (D-38).
    func show(_ post: PostIndex, to caller: UserIndex?) -> Post {
        let record = posts.records[post]
        return Post(
            id: directory.id(record.number), user: userID(record.author), caption: record.caption, media: record.media,
            likeCount: record.likes.count, commentCount: record.comments.count,
            isLiked: caller.map { record.likes[$0] != nil } ?? false,
            isSaved: caller.map { record.savedBy.contains($0) } ?? false, createdAt: record.createdAt)
    }
}
