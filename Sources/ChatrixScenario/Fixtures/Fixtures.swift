import ChatrixModel
import Yams

/// A world that a server starts with: users, what they are to each other, and what they have said and shown.
///
/// Names of users stand for the users themselves. Times are given as how long ago something happened.
package struct Fixtures: Sendable {
    struct User: Sendable {
        var place: Place
        var username: String
        var phone: String
        var password: String
        var fullName: String?
        var bio: String?
        var website: String?
        var isPrivate: Bool
        var isVerified: Bool
        var avatar: Media?
    }

    struct Follow: Sendable {
        var place: Place
        var follower: String
        var following: String
        /// Left undecided, which only a private account does.
        var isPending: Bool
    }

    struct Block: Sendable {
        var place: Place
        var blocker: String
        var blocked: String
    }

    struct AddressBook: Sendable {
        var place: Place
        var owner: String
        /// Phone numbers.
        var phones: [String]
    }

    struct Message: Sendable {
        var place: Place
        var sender: String
        var text: String
        var kind: ChatrixModel.Message.Kind
        var attachments: [Attachment]
        var ago: Int64?
    }

    struct Conversation: Sendable {
        var place: Place
        var users: [String]
        var messages: [Message]
        /// Who has read everything at the end.
        var readers: [String]
    }

    struct Comment: Sendable {
        var place: Place
        var author: String
        var text: String
    }

    struct Post: Sendable {
        var place: Place
        var author: String
        var caption: String?
        var media: [Media]
        var location: Location?
        var isPrivate: Bool
        var ago: Int64?
        var likers: [String]
        var savers: [String]
        var comments: [Comment]
    }

    struct Story: Sendable {
        var place: Place
        var author: String
        var caption: String?
        var media: Media
        var mentions: [String]
        var expiresInHours: Int?
        var ago: Int64?
        var viewers: [String]
    }

    struct Call: Sendable {
        var place: Place
        var caller: String
        var recipient: String
        var kind: ChatrixModel.Call.Kind
        var ago: Int64?
        /// Nanoseconds after the start; `nil` where it never was.
        var answeredAfter: Int64?
        var endedAfter: Int64?
    }

    struct Webhook: Sendable {
        var place: Place
        var url: String
        var secret: String
        /// All where there are none.
        var events: [String]
    }

    /// A file of a post, a story or an avatar.
    struct Media: Sendable, Hashable {
        var name: String
        var content: [UInt8]
    }

    /// Where in the file something stands, for errors.
    struct Place: Sendable, Hashable {
        var line: Int?
        var column: Int?

        init(_ node: Node) {
            line = node.mark?.line
            column = node.mark?.column
        }
    }

    /// As it was given, for errors.
    var file: String
    var users: [User] = []
    var follows: [Follow] = []
    var blocks: [Block] = []
    var addressBooks: [AddressBook] = []
    var conversations: [Conversation] = []
    var posts: [Post] = []
    var stories: [Story] = []
    var calls: [Call] = []
    var webhooks: [Webhook] = []
}

extension Fixtures: CustomStringConvertible {
    /// What there is, as a short list.
    package var description: String {
        let counts: [(Int, String)] = [
            (users.count, "users"), (follows.count, "follows"), (blocks.count, "blocks"),
            (addressBooks.count, "address books"), (conversations.count, "conversations"),
            (conversations.reduce(0) { $0 + $1.messages.count }, "messages"), (posts.count, "posts"),
            (stories.count, "stories"), (calls.count, "calls"), (webhooks.count, "webhooks"),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
