import ChatrixHistory
import ChatrixModel
import Yams

extension Fixtures {
    /// Reads a fixture file and the pictures it names, whose paths are relative to it; throws every fault that it has.
    package init(contentsOf path: String) throws(InputError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        try self.init(parsing: try FileReader.bytes(of: path, expecting: "a fixture file"), file: path) {
            path throws(InputError) in
            try FileReader.bytes(of: path.hasPrefix("/") ? path : folder + path, expecting: "a picture or film")
        }
    }

    /// Reads the text of a fixture file; `file` is named in errors, `readMedia` gives the content of a path in it.
    package init(
        parsing bytes: [UInt8], file: String,
        readMedia: @escaping (String) throws(InputError) -> [UInt8]
    ) throws(InputError) {
        self = try FileReader.read(bytes, file: file, expecting: "fixtures") { reader, root in
            var fixtures = FixtureReader(reader: reader, fixtures: Fixtures(file: file), readMedia: readMedia)
            fixtures.read(root)
            reader = fixtures.reader
            return fixtures.fixtures
        }
    }
}

/// The keys of a fixture file; the decoder and the documentation read the same declarations.
enum FixtureKeys {
    static let root = [
        KeyDeclaration("users", .nested("a list of users"), required: true, "Who there is."),
        KeyDeclaration("follows", .nested("a list of follows"), "Who follows whom, as `alice -> bob`."),
        KeyDeclaration("blocks", .nested("a list of blocks"), "Who blocks whom, as `alice -> bob`."),
        KeyDeclaration("contacts", .nested("a list of address books"), "Whose address book holds whom."),
        KeyDeclaration("conversations", .nested("a list of conversations"), "Who talks to whom."),
        KeyDeclaration("posts", .nested("a list of posts"), "Posts."),
        KeyDeclaration("stories", .nested("a list of stories"), "Stories."),
        KeyDeclaration("calls", .nested("a list of calls"), "Calls."),
        KeyDeclaration("webhooks", .nested("a list of webhooks"), "Who is told of what happens from then on."),
    ]

    static let user = [
        KeyDeclaration("username", .text(30), required: true, "Name, in the API and in this file."),
        KeyDeclaration("phone", .text(16), "Phone number; default one that is made from the user's place."),
        KeyDeclaration("password", .text(128), "Default `password`."),
        KeyDeclaration("full_name", .text(Limits.fullNameScalarsMax), "Full name."),
        KeyDeclaration("bio", .text(Limits.bioScalarsMax), "Biography."),
        KeyDeclaration("website", .text(2048), "Website, which no documented route sets."),
        KeyDeclaration("private", .flag, "Whether the account is private; default false."),
        KeyDeclaration("verified", .flag, "Whether the account is verified; default false."),
        KeyDeclaration("avatar", .text(4096), "Path of a picture, or `sample`."),
    ]

    static let follow = [
        KeyDeclaration("from", .text(30), required: true, "Who follows."),
        KeyDeclaration("to", .text(30), required: true, "Who is followed."),
        KeyDeclaration("pending", .flag, "Left undecided, for a private account; default false."),
    ]

    static let addressBook = [
        KeyDeclaration("of", .text(30), required: true, "Whose address book it is."),
        KeyDeclaration("phones", .nested("a list"), required: true, "Phone numbers, and names of users for theirs."),
    ]

    static let conversation = [
        KeyDeclaration("between", .nested("a list of two users"), required: true, "The two users."),
        KeyDeclaration("messages", .nested("a list of messages"), "Messages, the oldest first."),
        KeyDeclaration("read_by", .nested("a list of users"), "Who has read everything; default nobody."),
    ]

    static let message = [
        KeyDeclaration("from", .text(30), required: true, "Who sent it."),
        KeyDeclaration("text", .text(Limits.messageContentScalarsMax), "What it says."),
        KeyDeclaration("type", .word(Message.Kind.allCases.map(\.rawValue)), "Kind of message; default text."),
        KeyDeclaration("attachments", .attachments, "As `{url, type, width, height}`; for all kinds but text."),
        ago,
    ]

    static let post = [
        KeyDeclaration("by", .text(30), required: true, "The author."),
        KeyDeclaration(
            "media", .nested("a list of paths"), required: true, "Pictures and films; `sample` is a small one."),
        KeyDeclaration("caption", .text(Limits.captionScalarsMax), "Caption."),
        KeyDeclaration("location", .nested("a mapping with name, lat and lng"), "Where it was."),
        KeyDeclaration("private", .flag, "For followers only; default false."),
        KeyDeclaration("liked_by", .nested("a list of users"), "Who likes it."),
        KeyDeclaration("saved_by", .nested("a list of users"), "Who saved it."),
        KeyDeclaration("comments", .nested("a list of comments"), "Comments, the oldest first."),
        ago,
    ]

    static let location = [
        KeyDeclaration("name", .text(200), required: true, "Name of the place."),
        KeyDeclaration("lat", .number(-90...90), required: true, "Degrees of latitude."),
        KeyDeclaration("lng", .number(-180...180), required: true, "Degrees of longitude."),
    ]

    static let comment = [
        KeyDeclaration("by", .text(30), required: true, "Who wrote it."),
        KeyDeclaration("text", .text(Limits.messageContentScalarsMax), required: true, "What it says."),
    ]

    static let story = [
        KeyDeclaration("by", .text(30), required: true, "The author."),
        KeyDeclaration("media", .text(4096), required: true, "Path of a picture or film, or `sample`."),
        KeyDeclaration("caption", .text(Limits.captionScalarsMax), "Caption."),
        KeyDeclaration("mentions", .nested("a list of users"), "Who is mentioned."),
        KeyDeclaration("expires_in", .whole(1...Limits.storyHoursMax), "Hours; default 24."),
        KeyDeclaration("viewed_by", .nested("a list of users"), "Who has seen it."),
        ago,
    ]

    static let call = [
        KeyDeclaration("from", .text(30), required: true, "Who calls."),
        KeyDeclaration("to", .text(30), required: true, "Who is called."),
        KeyDeclaration("type", .word(Call.Kind.allCases.map(\.rawValue)), "Kind of call; default audio."),
        KeyDeclaration("answered_after", duration, "Time from the start to the answer; default never answered."),
        KeyDeclaration("ended_after", duration, "Time from the start to the end; default still running."),
        ago,
    ]

    static let webhook = [
        KeyDeclaration("url", .text(2048), required: true, "Where deliveries go."),
        KeyDeclaration("secret", .text(1024), required: true, "Key of the signatures."),
        KeyDeclaration("events", .nested("a list of events"), "Which events; default all."),
    ]

    private static let duration = KeyDeclaration.Value.duration(0...Quantity.longestNanoseconds)
    private static let ago = KeyDeclaration(
        "ago", duration, "How long before the start of the server; default a minute.")
}

/// Reads the sections of a fixture file.
private struct FixtureReader {
    var reader: FileReader
    var fixtures: Fixtures
    let readMedia: (String) throws(InputError) -> [UInt8]
    /// Names of the file's users, in its order.
    private var names: [String] = []

    init(reader: FileReader, fixtures: Fixtures, readMedia: @escaping (String) throws(InputError) -> [UInt8]) {
        self.reader = reader
        self.fixtures = fixtures
        self.readMedia = readMedia
    }

    mutating func read(_ root: Node) {
        guard let sections = reader.mapping(root, of: "a fixture file", keys: FixtureKeys.root) else { return }
        if let node = sections["users"] { each(node, "'users'", "a user", FixtureKeys.user) { $0.user($1, $2) } }
        let users = Set(names)
        if users.count < names.count { return }
        if let node = sections["follows"] { follows(node) }
        if let node = sections["blocks"] { blocks(node) }
        if let node = sections["contacts"] {
            each(node, "'contacts'", "an address book", FixtureKeys.addressBook) { $0.addressBook($1, $2) }
        }
        if let node = sections["conversations"] {
            each(node, "'conversations'", "a conversation", FixtureKeys.conversation) { $0.conversation($1, $2) }
        }
        if let node = sections["posts"] { each(node, "'posts'", "a post", FixtureKeys.post) { $0.post($1, $2) } }
        if let node = sections["stories"] { each(node, "'stories'", "a story", FixtureKeys.story) { $0.story($1, $2) } }
        if let node = sections["calls"] { each(node, "'calls'", "a call", FixtureKeys.call) { $0.call($1, $2) } }
        if let node = sections["webhooks"] {
            each(node, "'webhooks'", "a webhook", FixtureKeys.webhook) { $0.webhook($1, $2) }
        }
    }

    /// Reads every element of a list whose elements are mappings with `keys`; those with a fault are left out.
    private mutating func each(
        _ node: Node, _ section: String, _ subject: String, _ keys: [KeyDeclaration],
        _ body: (inout FixtureReader, Node, DeclaredValues) -> Void
    ) {
        for element in reader.list(node, of: section) ?? [] {
            guard let values = reader.declared(element, of: subject, keys: keys), values.isComplete else { continue }
            body(&self, element, values)
        }
    }

    private mutating func user(_ node: Node, _ values: DeclaredValues) {
        guard let username = values.text("username") else { return }
        if names.contains(username) {
            reader.report(
                values.nodes["username"] ?? node, "the username '\(username)' is taken; usernames must differ")
        }
        names.append(username)
        let digits = String(names.count)
        fixtures.users.append(
            Fixtures.User(
                place: Fixtures.Place(node), username: username,
                phone: values.text("phone") ?? "+1555" + String(repeating: "0", count: max(0, 7 - digits.count))
                    + digits,
                password: values.text("password") ?? "password", fullName: values.text("full_name"),
                bio: values.text("bio"), website: values.text("website"), isPrivate: values.flag("private"),
                isVerified: values.flag("verified"),
                avatar: values.nodes["avatar"].flatMap { media($0) }))
    }

    private mutating func follows(_ node: Node) {
        for element in reader.list(node, of: "'follows'") ?? [] {
            if element.scalar != nil {
                guard let (from, to) = arrow(element) else { continue }
                fixtures.follows.append(
                    Fixtures.Follow(place: Fixtures.Place(element), follower: from, following: to, isPending: false))
                continue
            }
            guard let values = reader.declared(element, of: "a follow", keys: FixtureKeys.follow), values.isComplete,
                let from = name(values, "from"), let to = name(values, "to")
            else { continue }
            let isPending = values.flag("pending")
            if isPending, let user = fixtures.users.first(where: { $0.username == to }), !user.isPrivate {
                reader.report(element, "a follow of '\(to)' is accepted at once, for the account is not private")
            }
            fixtures.follows.append(
                Fixtures.Follow(place: Fixtures.Place(element), follower: from, following: to, isPending: isPending))
        }
    }

    private mutating func blocks(_ node: Node) {
        for element in reader.list(node, of: "'blocks'") ?? [] {
            guard let (from, to) = arrow(element) else { continue }
            fixtures.blocks.append(Fixtures.Block(place: Fixtures.Place(element), blocker: from, blocked: to))
        }
    }

    private mutating func addressBook(_ node: Node, _ values: DeclaredValues) {
        guard let owner = name(values, "of"), let list = values.nodes["phones"] else { return }
        var phones: [String] = []
        for element in reader.list(list, of: "'phones'") ?? [] {
            guard let text = element.scalar?.string else {
                reader.report(element, "a phone number or the name of a user is expected")
                continue
            }
            if text.hasPrefix("+") {
                phones.append(text)
            } else if let user = user(named: element) {
                phones.append(user.phone)
            }
        }
        fixtures.addressBooks.append(
            Fixtures.AddressBook(place: Fixtures.Place(node), owner: owner, phones: phones))
    }

    private mutating func conversation(_ node: Node, _ values: DeclaredValues) {
        guard let between = values.nodes["between"] else { return }
        let users = names(between, of: "'between'")
        guard users.count == 2, users[0] != users[1] else {
            reader.report(between, "'between' must name two different users")
            return
        }
        var conversation = Fixtures.Conversation(
            place: Fixtures.Place(node), users: users, messages: [],
            readers: values.nodes["read_by"].map { names($0, of: "'read_by'") } ?? [])
        if let list = values.nodes["messages"] {
            each(list, "'messages'", "a message", FixtureKeys.message) { reader, node, values in
                guard let sender = reader.name(values, "from") else { return }
                if !users.contains(sender) {
                    reader.reader.report(
                        values.nodes["from"] ?? node, "'\(sender)' is not one of the two users of the conversation")
                }
                conversation.messages.append(
                    Fixtures.Message(
                        place: Fixtures.Place(node), sender: sender, text: values.text("text") ?? "",
                        kind: values.text("type").flatMap(Message.Kind.init(rawValue:)) ?? .text,
                        attachments: values.attachments("attachments") ?? [],
                        ago: values.duration("ago")))
            }
        }
        fixtures.conversations.append(conversation)
    }

    private mutating func post(_ node: Node, _ values: DeclaredValues) {
        guard let author = name(values, "by"), let list = values.nodes["media"] else { return }
        var post = Fixtures.Post(
            place: Fixtures.Place(node), author: author, caption: values.text("caption"), media: [],
            isPrivate: values.flag("private"), ago: values.duration("ago"),
            likers: values.nodes["liked_by"].map { names($0, of: "'liked_by'") } ?? [],
            savers: values.nodes["saved_by"].map { names($0, of: "'saved_by'") } ?? [], comments: [])
        for element in reader.list(list, of: "'media'") ?? [] {
            if let file = media(element) { post.media.append(file) }
        }
        if let node = values.nodes["location"],
            let values = reader.declared(node, of: "a location", keys: FixtureKeys.location),
            let name = values.text("name"), let latitude = values.number("lat"), let longitude = values.number("lng")
        {
            post.location = Location(name: name, latitude: latitude, longitude: longitude)
        }
        if let list = values.nodes["comments"] {
            each(list, "'comments'", "a comment", FixtureKeys.comment) { reader, node, values in
                guard let author = reader.name(values, "by") else { return }
                post.comments.append(
                    Fixtures.Comment(place: Fixtures.Place(node), author: author, text: values.text("text") ?? ""))
            }
        }
        fixtures.posts.append(post)
    }

    private mutating func story(_ node: Node, _ values: DeclaredValues) {
        guard let author = name(values, "by"), let file = values.nodes["media"].flatMap({ media($0) }) else { return }
        fixtures.stories.append(
            Fixtures.Story(
                place: Fixtures.Place(node), author: author, caption: values.text("caption"), media: file,
                mentions: values.nodes["mentions"].map { names($0, of: "'mentions'") } ?? [],
                expiresInHours: values.whole("expires_in"), ago: values.duration("ago"),
                viewers: values.nodes["viewed_by"].map { names($0, of: "'viewed_by'") } ?? []))
    }

    private mutating func call(_ node: Node, _ values: DeclaredValues) {
        guard let caller = name(values, "from"), let recipient = name(values, "to") else { return }
        let call = Fixtures.Call(
            place: Fixtures.Place(node), caller: caller, recipient: recipient,
            kind: values.text("type").flatMap(Call.Kind.init(rawValue:)) ?? .audio,
            ago: values.duration("ago"), answeredAfter: values.duration("answered_after"),
            endedAfter: values.duration("ended_after"))
        if let answered = call.answeredAfter, let ended = call.endedAfter, answered > ended {
            reader.report(values.nodes["ended_after"] ?? node, "a call cannot end before it is answered")
        }
        if let ago = call.ago, max(call.answeredAfter ?? 0, call.endedAfter ?? 0) > ago {
            reader.report(values.nodes["ago"] ?? node, "the call would end after the start of the server")
        }
        fixtures.calls.append(call)
    }

    private mutating func webhook(_ node: Node, _ values: DeclaredValues) {
        var events: [String] = []
        if let list = values.nodes["events"] {
            for element in reader.list(list, of: "'events'") ?? [] {
                guard let event = element.scalar?.string else {
                    reader.report(element, "the name of an event is expected")
                    continue
                }
                events.append(event)
            }
        }
        fixtures.webhooks.append(
            Fixtures.Webhook(
                place: Fixtures.Place(node), url: values.text("url") ?? "", secret: values.text("secret") ?? "",
                events: events))
    }

    // MARK: Names and files

    /// The user that a word names; reports any other word.
    private mutating func user(named node: Node) -> Fixtures.User? {
        guard let word = node.scalar?.string, let index = names.firstIndex(of: word) else {
            reader.unknown(node, kind: "user", in: names)
            return nil
        }
        // A user with a fault is left out of the fixtures, but is no unknown user.
        return index < fixtures.users.count ? fixtures.users[index] : nil
    }

    private mutating func name(_ values: DeclaredValues, _ key: String) -> String? {
        values.nodes[key].flatMap { user(named: $0)?.username }
    }

    private mutating func names(_ node: Node, of subject: String) -> [String] {
        (reader.list(node, of: subject) ?? []).compactMap { user(named: $0)?.username }
    }

    /// The two users of `alice -> bob`.
    private mutating func arrow(_ node: Node) -> (String, String)? {
        let parts = (node.scalar?.string ?? "").split(separator: "->", omittingEmptySubsequences: false)
            .map { $0.trimmingBlanks }
        guard parts.count == 2 else {
            reader.report(node, "two users as 'alice -> bob' are expected, not \(reader.describe(node))")
            return nil
        }
        for part in parts where !names.contains(String(part)) {
            let remedy = Spelling.nearest(to: String(part), in: names).map { "; did you mean '\($0)'?" } ?? ""
            reader.report(node, "unknown user '\(FileReader.excerpt(String(part)))'\(remedy)")
            return nil
        }
        if parts[0] == parts[1] {
            reader.report(node, "two different users are expected")
            return nil
        }
        return (String(parts[0]), String(parts[1]))
    }

    private mutating func media(_ node: Node) -> Fixtures.Media? {
        guard let path = node.scalar?.string, !path.isEmpty else {
            reader.report(node, "the path of a picture or film is expected, or 'sample'")
            return nil
        }
        if path == "sample" { return .sample }
        do {
            return Fixtures.Media(
                name: path.split(separator: "/").last.map(String.init) ?? path, content: try readMedia(path))
        } catch {
            reader.report(node, "'\(FileReader.excerpt(path))': \(error.problems.first?.message ?? "unreadable")")
            return nil
        }
    }
}

extension Fixtures.Media {
    /// A PNG of one black pixel.
    static let sample = Fixtures.Media(
        name: "sample.png",
        content: [
            0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
            0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B,
            0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0x00, 0x00, 0x00,
            0x02, 0x00, 0x01, 0x48, 0xAF, 0xA4, 0x71, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE,
            0x42, 0x60, 0x82,
        ])
}
