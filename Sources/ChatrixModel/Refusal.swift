/// Why a request is refused: fixes the status, the phrase and the message in every language (D-10, D-11).
///
/// A value in replies; inside the reference it is also thrown, so that the reading of a request can stop at any depth.
package enum Refusal: Error, Sendable, Hashable {
    // 400
    case malformedBody
    case wrongContentType
    case malformedForm
    case invalidField(String)
    case invalidParameter(String)
    case unknownCursor
    case unsupportedFileType
    /// The storage answers 400 where others answer 413 (D-16, D-74).
    case storageUploadTooLarge
    case conversationWithSelf
    case blockSelf
    case followSelf
    case alreadyFollowing
    case reportSelf
    case callSelf
    /// `GET /ws` without the headers of an upgrade (D-89).
    case upgradeRequired
    /// The document answers an unknown key with 400 (D-78).
    case storedFileNotFound
    /// A clock command was sent to a server on the real clock.
    case realClock
    /// `reset` asks for the fixtures of a server that was started without.
    case noFixtures
    // 401
    case unauthenticated
    case invalidToken
    case invalidCredentials
    case invalidRefreshToken
    case deviceIDRequired
    // 403
    case privateProfile
    case privatePost
    case notParticipant
    case notSender
    case notCallRecipient
    case notCallParticipant
    case blocked
    // 404
    case resourceNotFound
    case userNotFound
    case conversationNotFound
    case blockNotFound
    case followNotFound
    case postNotFound
    case commentNotFound
    case storyNotFound
    case messageNotFound
    case callNotFound
    case notificationNotFound
    case webhookNotFound
    // 405
    case methodNotAllowed
    // 409
    case phoneTaken
    case usernameTaken
    case callNotRinging
    case callEnded
    // 413
    case bodyTooLarge
    case fileTooLarge
    /// The store has no room left; `--storage-limit` sets its size.
    case storageFull
    // 429
    case rateLimited
    // 500
    case internalFault

    package var status: Int {
        switch self {
        case .malformedBody, .wrongContentType, .malformedForm, .invalidField, .invalidParameter, .unknownCursor,
            .unsupportedFileType, .storageUploadTooLarge, .conversationWithSelf, .blockSelf, .followSelf,
            .alreadyFollowing, .reportSelf, .callSelf, .upgradeRequired, .storedFileNotFound, .realClock, .noFixtures:
            400
        case .unauthenticated, .invalidToken, .invalidCredentials, .invalidRefreshToken, .deviceIDRequired: 401
        case .privateProfile, .privatePost, .notParticipant, .notSender, .notCallRecipient, .notCallParticipant,
            .blocked:
            403
        case .resourceNotFound, .userNotFound, .conversationNotFound, .blockNotFound, .followNotFound, .postNotFound,
            .commentNotFound, .storyNotFound, .messageNotFound, .callNotFound, .notificationNotFound, .webhookNotFound:
            404
        case .methodNotAllowed: 405
        case .phoneTaken, .usernameTaken, .callNotRinging, .callEnded: 409
        case .bodyTooLarge, .fileTooLarge, .storageFull: 413
        case .rateLimited: 429
        case .internalFault: 500
        }
    }

    /// The English phrase that the envelope calls `error`; never translated (D-10).
    package static func phrase(of status: Int) -> StaticString {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 413: "Payload Too Large"
        case 415: "Unsupported Media Type"
        case 429: "Too Many Requests"
        default: "Internal Server Error"
        }
    }

    package func message(in language: Language) -> String {
        let texts = self.texts
        switch language {
        case .english: return texts.english
        case .indonesian: return texts.indonesian
        }
    }

    private var texts: (english: String, indonesian: String) {
        switch self {
        case .malformedBody: ("The body is not a JSON object", "Isi permintaan bukan objek JSON")
        case .wrongContentType: ("The content type is not supported here", "Jenis konten tidak didukung di sini")
        case .malformedForm: ("The form data is malformed", "Data formulir rusak")
        case .invalidField(let name):
            ("The field \(name) is missing or invalid", "Kolom \(name) tidak ada atau tidak valid")
        case .invalidParameter(let name): ("The parameter \(name) is invalid", "Parameter \(name) tidak valid")
        case .unknownCursor: ("The cursor is unknown", "Kursor tidak dikenal")
        case .unsupportedFileType: ("The file type is not supported", "Jenis berkas tidak didukung")
        case .conversationWithSelf: ("You cannot chat with yourself", "Anda tidak dapat mengobrol dengan diri sendiri")
        case .blockSelf: ("You cannot block yourself", "Anda tidak dapat memblokir diri sendiri")
        case .followSelf: ("You cannot follow yourself", "Anda tidak dapat mengikuti diri sendiri")
        case .alreadyFollowing: ("You already follow this user", "Anda sudah mengikuti pengguna ini")
        case .reportSelf: ("You cannot report yourself", "Anda tidak dapat melaporkan diri sendiri")
        case .callSelf: ("You cannot call yourself", "Anda tidak dapat menelepon diri sendiri")
        case .upgradeRequired: ("A WebSocket upgrade is expected here", "Di sini diharapkan peningkatan ke WebSocket")
        case .storedFileNotFound: ("The file does not exist", "Berkas tidak ditemukan")
        case .realClock: ("The clock is real; start with --clock virtual", "Jam nyata; mulai dengan --clock virtual")
        case .noFixtures:
            ("There are no fixtures; start with --fixtures", "Tidak ada fixtures; mulai dengan --fixtures")
        case .unauthenticated: ("A bearer token is required", "Token bearer diperlukan")
        case .invalidToken: ("The bearer token is invalid or expired", "Token bearer tidak valid atau kedaluwarsa")
        case .invalidCredentials: ("The credentials are wrong", "Kredensial salah")
        case .invalidRefreshToken:
            ("The refresh token is invalid or expired", "Token penyegar tidak valid atau kedaluwarsa")
        case .deviceIDRequired: ("The header x-device-id is required", "Header x-device-id diperlukan")
        case .privateProfile: ("This profile is private", "Profil ini bersifat pribadi")
        case .privatePost: ("This post is private", "Postingan ini bersifat pribadi")
        case .notParticipant: ("You are no participant of this conversation", "Anda bukan peserta percakapan ini")
        case .notSender: ("Only the sender may do this", "Hanya pengirim yang dapat melakukan ini")
        case .notCallRecipient: ("Only who is called may do this", "Hanya penerima panggilan yang dapat melakukan ini")
        case .notCallParticipant: ("You are no participant of this call", "Anda bukan peserta panggilan ini")
        case .blocked:
            ("This is not possible between users who block each other", "Tidak dapat dilakukan karena pemblokiran")
        case .resourceNotFound: ("There is nothing at this address", "Tidak ada apa pun di alamat ini")
        case .userNotFound: ("The user does not exist", "Pengguna tidak ditemukan")
        case .conversationNotFound: ("The conversation does not exist", "Percakapan tidak ditemukan")
        case .blockNotFound: ("The user is not blocked", "Pengguna tidak diblokir")
        case .followNotFound: ("You do not follow this user", "Anda tidak mengikuti pengguna ini")
        case .postNotFound: ("The post does not exist", "Postingan tidak ditemukan")
        case .commentNotFound: ("The comment does not exist", "Komentar tidak ditemukan")
        case .storyNotFound: ("The story does not exist", "Cerita tidak ditemukan")
        case .messageNotFound: ("The message does not exist", "Pesan tidak ditemukan")
        case .callNotFound: ("The call does not exist", "Panggilan tidak ditemukan")
        case .notificationNotFound: ("The notification does not exist", "Notifikasi tidak ditemukan")
        case .webhookNotFound: ("The webhook does not exist", "Webhook tidak ditemukan")
        case .methodNotAllowed: ("The method is not allowed here", "Metode tidak diizinkan di sini")
        case .phoneTaken: ("The phone number is already registered", "Nomor telepon sudah terdaftar")
        case .usernameTaken: ("The username is already registered", "Nama pengguna sudah terdaftar")
        case .callNotRinging: ("The call was already answered or ended", "Panggilan sudah dijawab atau diakhiri")
        case .callEnded: ("The call has already ended", "Panggilan sudah diakhiri")
        case .storageUploadTooLarge: ("The upload is too large", "Unggahan terlalu besar")
        case .bodyTooLarge: ("The body is too large", "Isi permintaan terlalu besar")
        case .fileTooLarge: ("The file is too large", "Berkas terlalu besar")
        case .storageFull: ("The storage is full", "Penyimpanan penuh")
        case .rateLimited: ("Too many requests, try again later", "Terlalu banyak permintaan, coba lagi nanti")
        case .internalFault: ("The server could not answer", "Server tidak dapat menjawab")
        }
    }
}
