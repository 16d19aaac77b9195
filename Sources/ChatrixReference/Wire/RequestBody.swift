import ChatrixModel

/// The body of a request in either of the two encodings, read field by field (D-14…D-16, D-28).
enum RequestBody {
    case none
    case json(JSON)
    case form(MultipartForm)

    /// Judges size, content type and syntax, in this order (D-12).
    ///
    /// `byteCount` is the size that is judged; more than `body.count` if the adapter did not keep a body so large.
    init(
        _ body: [UInt8], byteCount: Int, contentType: String?, of endpoint: Endpoint
    ) throws(Refusal) {
        let type = contentType.map { MediaType($0) }
        let takesForm = endpoint.body == .form || endpoint.body == .jsonOrForm
        let takesJSON = endpoint.body == .json || endpoint.body == .jsonOrForm
        // Where both encodings are taken, a request that declares neither may have no fields at all (D-100).
        let isAbsent = takesForm && takesJSON && contentType == nil && byteCount == 0
        guard takesForm || takesJSON, !isAbsent else {
            self = .none
            return
        }
        let isForm = takesForm && type?.isForm == true
        guard byteCount <= (isForm ? Limits.formBodyBytesMax : Limits.jsonBodyBytesMax) else {
            throw endpoint.area == .storage ? Refusal.storageUploadTooLarge : .bodyTooLarge
        }
        if isForm {
            guard let boundary = type?["boundary"] else { throw Refusal.wrongContentType }
            self = .form(try MultipartForm(body, boundary: boundary))
            return
        }
        guard takesJSON, type?.isUsableJSON ?? true else { throw Refusal.wrongContentType }
        guard let value = try? JSON.parse(body), case .object = value else { throw Refusal.malformedBody }
        self = .json(value)
    }

    /// The text called `name`; `nil` if it is absent, or `null` in JSON.
    func text(_ name: String) throws(Refusal) -> String? {
        switch self {
        case .none: return nil
        case .form(let form): return try form.text(name)
        case .json(let fields):
            guard let field = fields[name], !field.isNull else { return nil }
            guard let text = field.string else { throw Refusal.invalidField(name) }
            return text
        }
    }

    /// The text called `name`, which must be there and fulfil `rule`.
    func requiredText(_ name: String, where rule: (String) -> Bool = { _ in true }) throws(Refusal) -> String {
        guard let text = try text(name), rule(text) else { throw Refusal.invalidField(name) }
        return text
    }

    /// The text called `name`, which must fulfil `rule` if it is there.
    func optionalText(_ name: String, where rule: (String) -> Bool) throws(Refusal) -> String? {
        guard let text = try text(name) else { return nil }
        guard rule(text) else { throw Refusal.invalidField(name) }
        return text
    }

    func requiredID<E>(_ name: String) throws(Refusal) -> ID<E> {
        guard let id = ID<E>(try requiredText(name)) else { throw Refusal.invalidField(name) }
        return id
    }

    /// The file called `name`; JSON cannot carry one (D-28).
    func file(_ name: String) throws(Refusal) -> UploadedFile? {
        switch self {
        case .none: return nil
        case .form(let form): return try form.file(name)
        case .json(let fields):
            guard fields[name]?.isNull ?? true else { throw Refusal.invalidField(name) }
            return nil
        }
    }

    /// The files called `name` in their order; JSON cannot carry any.
    func files(_ name: String) throws(Refusal) -> [UploadedFile] {
        if case .form(let form) = self { return try form.files(name) }
        return try file(name).map { [$0] } ?? []
    }

    /// The texts called `name` in their order: repeated fields of a form, at most one in JSON.
    func texts(_ name: String) throws(Refusal) -> [String] {
        if case .form(let form) = self { return try form.texts(name) }
        return try text(name).map { [$0] } ?? []
    }

    /// A member of a JSON object, `nil` if it is absent or `null`.
    func value(_ name: String) -> JSON? {
        guard case .json(let fields) = self, let field = fields[name], !field.isNull else { return nil }
        return field
    }
}
