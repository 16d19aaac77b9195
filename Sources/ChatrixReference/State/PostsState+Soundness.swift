import ChatrixModel

/// How posts take part in the digest and in the invariants of the backend.
extension PostsState {
    /// O(posts + likes · log + comments).
    func add(to digest: inout StateDigest) {
        for post in records {
            digest.add(Int(post.number))
            digest.add(post.author)
            digest.add(Int(post.createdAt.milliseconds))
            digest.add(Int(post.updatedAt.milliseconds))
            digest.add(post.caption)
            for file in post.media { file.add(to: &digest) }
            post.location.add(to: &digest)
            digest.add(post.isPrivate)
            digest.add(post.isDeleted)
            for user in post.likes.keys.sorted() {
                digest.add(user)
                digest.add(Int(post.likes[user]?.milliseconds ?? 0))
            }
            for user in post.savedBy.sorted() { digest.add(user) }
        }
        for comment in comments {
            digest.add(Int(comment.number))
            digest.add(comment.post)
            digest.add(comment.user)
            digest.add(comment.content)
            digest.add(Int(comment.createdAt.milliseconds))
            digest.add(comment.isDeleted)
        }
    }
}

extension MediaFile {
    func add(to digest: inout StateDigest) {
        digest.add(url)
        digest.add(kind.rawValue)
        digest.add(width ?? -1)
        digest.add(height ?? -1)
    }
}

extension Location? {
    func add(to digest: inout StateDigest) {
        digest.add(self?.name)
        digest.add(Int(bitPattern: UInt(self?.latitude.bitPattern ?? 0)))
        digest.add(Int(bitPattern: UInt(self?.longitude.bitPattern ?? 0)))
    }
}

extension ReferenceBackend {
    /// What does not hold of posts, their likes, saves and comments. O(all of them).
    func brokenInvariantsOfPosts() -> [String] {
        var broken: [String] = []
        let posts = posts
        for (earlier, later) in zip(posts.records, posts.records.dropFirst())
        where earlier.number >= later.number || earlier.createdAt >= later.createdAt {
            broken.append("posts are out of order")
        }
        var written: [UserIndex: [UInt32]] = [:]
        for (index, post) in posts.records.enumerated() where !post.isDeleted {
            let name = "post \(postID(index))"
            written[post.author, default: []].append(UInt32(index))
            if postIndex(postID(index)) != index { broken.append("\(name): the directory does not know it") }
            if !(1...Limits.postFilesMax).contains(post.media.count) { broken.append("\(name): no media") }
            if !post.likes.keys.allSatisfy({ users[$0].posts.liked.contains(index) })
                || !post.savedBy.allSatisfy({ users[$0].posts.saved.contains(index) })
                || !post.comments.allSatisfy({
                    posts.comments[$0].post == index && users[posts.comments[$0].user].posts.comments.contains($0)
                })
            {
                broken.append("\(name): a user does not know of a like, save or comment")
            }
        }
        for (index, user) in users.enumerated() {
            if Array(user.posts.written) != written[index] ?? [] {
                broken.append("user \(userID(index)): the list of posts is off")
            }
        }
        let live = posts.records.filter { !$0.isDeleted }
        if posts.count != live.count || posts.commentCount != posts.comments.count(where: { !$0.isDeleted })
            || live.reduce(0, { $0 + $1.likes.count }) != users.reduce(0, { $0 + $1.posts.liked.count })
            || live.reduce(0, { $0 + $1.savedBy.count }) != users.reduce(0, { $0 + $1.posts.saved.count })
            || live.reduce(0, { $0 + $1.comments.count }) != posts.commentCount
            || users.reduce(0, { $0 + $1.posts.comments.count }) != posts.commentCount
        {
            broken.append("posts, likes, saves or comments are counted wrong")
        }
        return broken
    }
}
