import ChatrixModel

/// The notifications of each user, and who caused them.
struct NotificationsState: Sendable {
    struct Record: Sendable {
        let number: UInt64
        let createdAt: Timestamp
        private let actorIndex: UInt32
        private let postIndex: UInt32
        var isRead = false

        private static let noPost = UInt32.max

        /// `post` is what was liked; `nil` for a follow.
        init(number: UInt64, createdAt: Timestamp, actor: UserIndex, post: PostIndex?) {
            self.number = number
            self.createdAt = createdAt
            actorIndex = UInt32(actor)
            postIndex = post.map { UInt32($0) } ?? Record.noPost
        }

        var actor: UserIndex { UserIndex(actorIndex) }
        var post: PostIndex? { postIndex == Record.noPost ? nil : PostIndex(postIndex) }
        var kind: NotificationItem.Kind { post == nil ? .follow : .like }
    }

    /// What one user was notified of.
    struct List: Sendable {
        /// In the order of creation, so ascending by number and by time.
        fileprivate(set) var records: ContiguousArray<Record> = []
        fileprivate(set) var unreadCount = 0

        /// The place of the notification with this number. O(log n).
        func position(of number: UInt64) -> Int? {
            let position = records.partitioningIndex { $0.number >= number }
            return position < records.count && records[position].number == number ? position : nil
        }

        fileprivate mutating func remove(at position: Int) {
            if !records.remove(at: position).isRead { unreadCount -= 1 }
        }
    }

    private(set) var lists: [UserIndex: List] = [:]
    /// The numbers of the notifications that each user has caused, ascending; removed ones stay.
    private var causedNumbers: [UserIndex: [UInt64]] = [:]

    /// Adds an unread notification, the newest of all. O(1).
    mutating func append(_ record: Record, for user: UserIndex) {
        lists[user, default: List()].records.append(record)
        lists[user, default: List()].unreadCount += 1
        causedNumbers[record.actor, default: []].append(record.number)
    }

    mutating func markRead(at positions: Range<Int>, of user: UserIndex) {
        for position in positions where lists[user]?.records[position].isRead == false {
            lists[user]?.records[position].isRead = true
            lists[user]?.unreadCount -= 1
        }
    }

    /// Removes those of a user which are about a post. O(notifications of the user).
    mutating func removeAll(of user: UserIndex, about post: PostIndex) {
        guard var list = lists.removeValue(forKey: user) else { return }
        list.records.removeAll { $0.post == post }
        list.unreadCount = list.records.count { !$0.isRead }
        lists[user] = list
    }

    /// Removes those to a user and those that the user caused; `owner` tells whose a number is.
    mutating func removeAll(toAndFrom user: UserIndex, owner: (UInt64) -> UserIndex?) {
        lists[user] = nil
        for number in causedNumbers.removeValue(forKey: user) ?? [] {
            guard let owner = owner(number), let position = lists[owner]?.position(of: number) else { continue }
            lists[owner]?.remove(at: position)
        }
    }

    /// What exists. O(users with notifications).
    var count: Int { lists.values.reduce(0) { $0 + $1.records.count } }

    func add(to digest: inout StateDigest) {
        for user in lists.keys.sorted() {
            digest.add(user)
            for record in lists[user]?.records ?? [] {
                digest.add(Int(record.number))
                digest.add(Int(record.createdAt.milliseconds))
                digest.add(record.actor)
                digest.add(record.post ?? -1)
                digest.add(record.isRead)
            }
        }
    }
}

extension ReferenceBackend {
    func brokenInvariantsOfNotifications() -> [String] {
        var broken: [String] = []
        for user in notifications.lists.keys.sorted() {
            guard let list = notifications.lists[user] else { continue }
            let name = "notifications of user \(directory.id(users[user].number) as UserID)"
            if users[user].isDeleted { broken.append("\(name): the user does not exist") }
            let unread = list.records.count { !$0.isRead }
            if unread != list.unreadCount { broken.append("\(name): unread \(list.unreadCount), recounted \(unread)") }
            for (earlier, later) in zip(list.records, list.records.dropFirst())
            where earlier.number >= later.number || earlier.createdAt >= later.createdAt {
                broken.append("\(name): out of order")
            }
            for record in list.records {
                if users[record.actor].isDeleted || record.actor == user {
                    broken.append("\(name): caused by a deleted user or by the user")
                }
                if directory.index(of: directory.id(record.number) as NotificationID, .notification) != user {
                    broken.append("\(name): the directory says otherwise")
                }
                if let post = record.post, posts.records[post].isDeleted || posts.records[post].author != user {
                    broken.append("\(name): about a deleted post or one of another author")
                }
            }
        }
        return broken
    }
}
