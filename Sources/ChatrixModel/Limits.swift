/// Every bound of the API in one place. Lengths count Unicode scalars (D-18).
package enum Limits {
    package static let usernameScalarsMin = 3
    package static let usernameScalarsMax = 30
    package static let passwordScalarsMin = 6
    package static let passwordScalarsMax = 128
    package static let fullNameScalarsMax = 100
    package static let bioScalarsMax = 500
    package static let deviceIDBytesMax = 128
    package static let captionScalarsMax = 2200
    package static let locationNameScalarsMax = 200
    package static let messageContentScalarsMax = 4096
    package static let messagePreviewScalars = 100
    package static let attachmentsMax = 10

    package static let conversationPageDefault = 20
    package static let conversationPageMax = 50
    package static let messagePageDefault = 20
    package static let messagePageMax = 50
    package static let feedPageDefault = 10
    package static let feedPageMax = 50
    package static let contactsPageDefault = 20
    package static let contactsPageMax = 100
    package static let notificationPageDefault = 20
    package static let notificationPageMax = 50

    package static let contactSearchScalarsMax = 100
    package static let reportReasonScalarsMax = 1000
    package static let reportedMessagesMax = 100
    /// Of an offer or answer of a call.
    package static let sdpScalarsMax = 65_536

    package static let postFilesMax = 10
    package static let storyMentionsMax = 20
    package static let storyHoursDefault = 24
    package static let storyHoursMax = 168

    package static let jsonBodyBytesMax = 1 << 20
    package static let formBodyBytesMax = 256 << 20
    package static let formTextBytesMax = 64 << 10
    package static let imageBytesMax = 10 << 20
    package static let videoBytesMax = 100 << 20
    /// Of each file of the storage, whatever its type (D-73).
    package static let storageFileBytesMax = 20 << 20
    package static let storageFilesMax = 10

    package static let accessTokenSeconds: Int64 = 3600
    package static let refreshTokenSeconds: Int64 = 2_592_000
}

extension String {
    /// Whether the text has at most `maximum` Unicode scalars. O(min(length, maximum)).
    package func isWithinScalars(_ maximum: Int) -> Bool {
        utf8.count <= maximum || unicodeScalars.dropFirst(maximum).isEmpty
    }

    /// Whether any scalar is no white space (D-48).
    package var hasVisibleScalar: Bool {
        unicodeScalars.contains { !$0.properties.isWhitespace }
    }
}
