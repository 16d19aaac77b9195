import ChatrixModel
import Testing

@testable import ChatrixReference

/// Every body that a webhook is sent, byte by byte.
@Suite struct WebhookBodyTests {
    private static let at = Timestamp.virtualStart + 7

    private static func id<Entity>(_ number: UInt64) -> ID<Entity> { ID(prefix: 1, number: number) }

    private static let message = Message(
        id: id(4), conversation: id(3), sender: id(1), content: "Grüße 👋\n\"/\"", kind: .image,
        attachments: [Attachment(url: "https://example.com/a.jpg", kind: .image)], createdAt: at, status: .sent)
    private static let photo = MediaFile(url: "http://o/a.png", kind: .image, width: 4, height: 3)
    private static let post = Post(
        id: id(5), user: id(1), caption: nil, media: [photo], likeCount: 2, commentCount: 1, isLiked: false,
        isSaved: false, createdAt: at)
    private static let comment = Comment(id: id(6), post: id(5), user: id(2), content: "nice", createdAt: at)
    private static let like = Like(post: id(5), user: id(2), createdAt: at)
    private static let story = Story(
        id: id(7), user: id(1), media: MediaFile(url: "http://o/b.mp4", kind: .video, width: nil, height: nil),
        caption: "sun", viewCount: 0, expiresAt: at + 86_400_000, createdAt: at)
    private static let call = Call(
        id: id(8), caller: id(1), recipient: id(2), kind: .audio, status: .ringing, startedAt: at, durationSeconds: 0)
    private static let answeredCall = Call(
        id: id(8), caller: id(1), recipient: id(2), kind: .audio, status: .inProgress, startedAt: at,
        answeredAt: at + 5000, durationSeconds: 5)
    private static let missedCall = Call(
        id: id(8), caller: id(1), recipient: id(2), kind: .video, status: .ended, startedAt: at,
        endedAt: at + 330_000, durationSeconds: 330)

    private static func follow(_ status: Follow.Status) -> Follow {
        Follow(follower: id(1), following: id(2), status: status, createdAt: at)
    }

    private static let first = #""000000000001000000000001""#
    private static let second = #""000000000001000000000002""#
    private static let time = #""2023-04-10T12:00:00.007Z""#
    private static let messageData = """
        {"id":"000000000001000000000004","conversation_id":"000000000001000000000003","sender_id":\(first),\
        "content":"Grüße 👋\\n\\"/\\"","type":"image","created_at":\(time)}
        """
    private static let profileData = """
        {"id":\(first),"phone":"+491700000001","username":"anna","full_name":"Anna","bio":"hi","avatar_url":null}
        """
    private static let postData = """
        {"id":"000000000001000000000005","user_id":\(first),"caption":null,"media":[{"url":"http://o/a.png",\
        "type":"image","width":4,"height":3}],"like_count":2,"comment_count":1,"is_liked":false,"is_saved":false,\
        "created_at":\(time)}
        """
    private static let commentData = """
        {"id":"000000000001000000000006","post_id":"000000000001000000000005","user_id":\(second),"content":"nice",\
        "created_at":\(time)}
        """
    private static let likeData = """
        {"post_id":"000000000001000000000005","user_id":\(second),"created_at":\(time)}
        """
    private static let storyData = """
        {"id":"000000000001000000000007","user_id":\(first),"media":{"url":"http://o/b.mp4","type":"video",\
        "width":null,"height":null},"caption":"sun","view_count":0,"expires_at":"2023-04-11T12:00:00.007Z",\
        "created_at":\(time)}
        """

    private static func followData(_ status: String) -> String {
        #"{"follower_id":\#(first),"following_id":\#(second),"status":"\#(status)","created_at":\#(time)}"#
    }

    private static func callData(_ rest: String) -> String {
        #"{"id":"000000000001000000000008","caller_id":\#(first),"recipient_id":\#(second),\#(rest)}"#
    }

    private static let account = Account(
        id: id(1), phone: "+491700000001", username: "anna", fullName: "Anna", avatarURL: nil)
    private static let profile = UpdatedProfile(
        id: id(1), phone: "+491700000001", username: "anna", fullName: "Anna", bio: "hi", avatarURL: nil)

    /// WEBHOOK-EVENT-01 to WEBHOOK-EVENT-23, WEBHOOK-PAYLOAD-01 to WEBHOOK-PAYLOAD-03.
    private static let bodies: [(kind: DomainEvent.Kind, name: String, data: String)] = [
        (.messageCreated(message, recipient: id(2)), "message.created", messageData),
        (.messageUpdated(message, recipient: id(2)), "message.updated", messageData),
        (.messageDeleted(message, recipient: id(2)), "message.deleted", messageData),
        (
            .userRegistered(account), "user.registered",
            #"{"id":\#(first),"phone":"+491700000001","username":"anna","full_name":"Anna","avatar_url":null}"#
        ),
        (.userUpdated(profile), "user.updated", profileData),
        (.userDeleted(id(1), username: "anna"), "user.deleted", #"{"id":\#(first),"username":"anna"}"#),
        (.postCreated(post), "post.created", postData),
        (.postUpdated(post), "post.updated", postData),
        (
            .postDeleted(id(5), author: id(1)), "post.deleted",
            #"{"id":"000000000001000000000005","user_id":\#(first)}"#
        ),
        (.commentCreated(comment), "comment.created", commentData),
        (.commentUpdated(comment), "comment.updated", commentData),
        (.commentDeleted(comment), "comment.deleted", commentData),
        (.likeCreated(like), "like.created", likeData),
        (.likeDeleted(like), "like.deleted", likeData),
        (.followCreated(follow(.pending)), "follow.created", followData("pending")),
        (.followDeleted(follow(.accepted)), "follow.deleted", followData("accepted")),
        (.followAccepted(follow(.accepted)), "follow.accepted", followData("accepted")),
        (.storyCreated(story), "story.created", storyData),
        (
            .storyViewed(StoryView(story: id(7), viewer: id(2), viewedAt: at)), "story.viewed",
            #"{"story_id":"000000000001000000000007","viewer_id":\#(second),"viewed_at":\#(time)}"#
        ),
        (
            .storyDeleted(id(7), author: id(1)), "story.deleted",
            #"{"id":"000000000001000000000007","user_id":\#(first)}"#
        ),
        (
            .callStarted(call, offer: .object([])), "call.started",
            callData(#""type":"audio","status":"ringing","started_at":\#(time),"ended_at":null,"duration":0"#)
        ),
        (
            .callAnswered(answeredCall, answer: .object([])), "call.answered",
            callData(
                #""type":"audio","status":"in_progress","started_at":\#(time),"#
                    + #""answered_at":"2023-04-10T12:00:05.007Z","ended_at":null,"duration":5"#)
        ),
        (
            .callEnded(missedCall, by: id(1), isRejection: false), "call.ended",
            callData(
                #""type":"video","status":"ended","started_at":\#(time),"answered_at":null,"#
                    + #""ended_at":"2023-04-10T12:05:30.007Z","duration":330"#)
        ),
    ]

    @Test(arguments: bodies.indices)
    func bodyIsAsDocumented(index: Int) throws {
        let (kind, name, data) = Self.bodies[index]
        let event = DomainEvent(kind, at: Self.at)
        let webhookEvent = try #require(event.webhookEvent)
        #expect(webhookEvent.rawValue == name)
        #expect(
            String(decoding: event.webhookBody(webhookEvent), as: UTF8.self)
                == #"{"event":"\#(name)","data":\#(data),"timestamp":\#(Self.time)}"#)
    }

    @Test func everyNameHasABody() {
        #expect(Self.bodies.map(\.name) == WebhookEvent.allCases.map(\.rawValue))
        #expect(WebhookEvent.allCases.count == 23)
    }

    @Test func webhooksAreNotToldOfNotifications() throws {
        let anna = UserSummary(id: Self.id(1), username: "anna", fullName: nil, avatarURL: nil)
        let item = NotificationItem(
            id: Self.id(9), kind: .follow, user: anna, post: nil, isRead: false, createdAt: Self.at)
        #expect(DomainEvent(.notificationCreated(item, recipient: Self.id(2)), at: Self.at).webhookEvent == nil)
    }
}
