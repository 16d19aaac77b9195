import ChatrixModel

/// The documented fields of the bodies, to tell unknown ones and other types.
enum CoverageFields {
    enum Kind: Sendable {
        case text, id, ids, list, object, file
        /// A text in a form that stands for something else.
        case formText

        /// Whether JSON values of this type are documented for the field.
        func takes(_ value: JSON) -> Bool {
            switch self {
            case .text, .id, .formText: value.string != nil
            case .ids, .list: value.array != nil
            case .object: value.members != nil
            case .file: false
            }
        }

        func takes(_ part: MultipartForm.Part) -> Bool {
            (self == .file) == (part.fileName != nil)
                && (self == .file || String(validating: part.content, as: UTF8.self) != nil)
        }
    }

    struct Field: Sendable {
        let name: String
        let kind: Kind

        init(_ name: String, _ kind: Kind = .text) {
            self.name = name
            self.kind = kind
        }
    }

    static func of(_ endpoint: Endpoint.Name) -> [Field] { byEndpoint[endpoint] ?? [] }

    private static let byEndpoint: [Endpoint.Name: [Field]] = [
        .register: [
            Field("phone"), Field("username"), Field("password"), Field("full_name"), Field("avatar", .file),
        ],
        .login: [Field("phoneOrUsername"), Field("password")],
        .refresh: [Field("refresh_token")],
        .updateMe: [Field("full_name"), Field("bio"), Field("avatar", .file)],
        .createPost: [
            Field("caption"), Field("media", .file), Field("location", .formText), Field("is_private", .formText),
        ],
        .ensure: [Field("recipientId", .id)],
        .send: [Field("conversationId", .id), Field("content"), Field("type"), Field("attachments", .list)],
        .report: [
            Field("reported_user_id", .id), Field("conversation_id", .id), Field("message_ids", .ids), Field("reason"),
        ],
        .createStory: [
            Field("media", .file), Field("caption"), Field("mentions", .formText), Field("location", .formText),
            Field("expires_in", .formText),
        ],
        .uploadMedia: [Field("file", .file), Field("type", .formText)],
        .uploadFile: [Field("file", .file)],
        .uploadFiles: [Field("files", .file)],
        .createCall: [Field("recipient_id", .id), Field("type"), Field("offer", .object)],
        .answerCall: [Field("answer", .object)],
    ]

    /// The endings of file names that go with a type.
    static let extensions: [FileType: Set<String>] = [
        .jpeg: ["jpg", "jpeg"], .png: ["png"], .gif: ["gif"], .webp: ["webp"], .mp4: ["mp4", "m4v"], .mov: ["mov"],
        .webm: ["webm"], .pdf: ["pdf"], .doc: ["doc"], .docx: ["docx"], .txt: ["txt"],
    ]
}
