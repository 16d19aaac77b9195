import ChatrixModel

extension ReferenceBackend {
    /// POSTS-FEED: posts of those whom the caller follows now and who have accepted; own ones never, and none of a blocked
    /// pair, because a block ends the follows (D-37, D-66).
    ///
    /// Places of posts ascend with their times, so a cursor is one search among all posts, and a page is a merge of the
    /// authors' ascending lists: O(followees · log posts of one + page · log followees), whatever the number of posts.
    func feed(_ query: FeedQuery, of caller: UserIndex) -> Outcome {
        let low = query.after.map { posts.firstIndex(after: $0) } ?? 0
        let high = query.before.map { posts.firstIndex(notBefore: $0) } ?? posts.records.count
        var page: [PostIndex] = []
        if low < high {
            var merge = FeedMerge(query.order)
            for author in authors(query, of: caller) {
                merge.add(author, users[author].posts.written, within: low..<high)
            }
            while page.count <= query.limit, let (post, author) = merge.next {
                page.append(post)
                merge.advance(in: users[author].posts.written, within: low..<high)
            }
        }
        let hasMore = page.count > query.limit
        if hasMore { page.removeLast() }
        let items = page.map {
            FeedPage.Item(post: show($0, to: caller), author: summary(of: posts.records[$0].author))
        }
        return Outcome(.posts(.feed(FeedPage(items: items, hasMore: hasMore, order: query.order))))
    }

    /// Whose posts the page is made of, in any order.
    private func authors(_ query: FeedQuery, of caller: UserIndex) -> [UserIndex] {
        guard let id = query.author else {
            return users[caller].following.compactMap { $0.value.isAccepted ? $0.key : nil }
        }
        guard let author = userIndex(id), isFollower(caller, of: author) else { return [] }
        return [author]
    }
}

/// Merges ascending lists of posts, one an author, in either order: a binary heap of the authors by their next post.
struct FeedMerge {
    private struct Head {
        /// Comes first where it is least.
        var key: Int
        var author: UserIndex
        /// Of the next post in the author's list.
        var position: Int
    }

    private let order: ListOrder
    private var heads: [Head] = []

    init(_ order: ListOrder) { self.order = order }

    /// Adds the list of an author, of which only the posts in `range` count. O(log list + log authors).
    mutating func add(_ author: UserIndex, _ list: ContiguousArray<UInt32>, within range: Range<PostIndex>) {
        let position =
            switch order {
            case .oldestFirst: list.partitioningIndex { Int($0) >= range.lowerBound }
            case .newestFirst: list.partitioningIndex { Int($0) >= range.upperBound } - 1
            }
        guard let key = key(at: position, in: list, within: range) else { return }
        heads.append(Head(key: key, author: author, position: position))
        siftUp()
    }

    /// The next post of all, and whose it is.
    var next: (post: PostIndex, author: UserIndex)? {
        heads.first.map { (order == .oldestFirst ? $0.key : -$0.key, $0.author) }
    }

    /// Goes past the next post; `list` is that of its author. O(log authors).
    mutating func advance(in list: ContiguousArray<UInt32>, within range: Range<PostIndex>) {
        let position = heads[0].position + (order == .oldestFirst ? 1 : -1)
        if let key = key(at: position, in: list, within: range) {
            heads[0].key = key
            heads[0].position = position
        } else {
            heads.swapAt(0, heads.count - 1)
            heads.removeLast()
        }
        siftDown()
    }

    private func key(at position: Int, in list: ContiguousArray<UInt32>, within range: Range<PostIndex>) -> Int? {
        guard list.indices.contains(position), range.contains(Int(list[position])) else { return nil }
        return order == .oldestFirst ? Int(list[position]) : -Int(list[position])
    }

    private mutating func siftUp() {
        var child = heads.count - 1
        while child > 0, heads[child].key < heads[(child - 1) / 2].key {
            heads.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while 2 * parent + 1 < heads.count {
            var child = 2 * parent + 1
            if child + 1 < heads.count, heads[child + 1].key < heads[child].key { child += 1 }
            guard heads[child].key < heads[parent].key else { return }
            heads.swapAt(child, parent)
            parent = child
        }
    }
}
