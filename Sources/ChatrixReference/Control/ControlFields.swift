import ChatrixModel

/// The fields of a control command; an empty body is an empty object.
struct ControlFields {
    static let emptyAnswer = Array("{}".utf8)

    /// The answer of a command that has made something.
    static func answer(id: some CustomStringConvertible) -> [UInt8] { Array(#"{"id":"\#(id)"}"#.utf8) }

    /// A hundred years: further is a slip.
    static let advanceMillisecondsMax = 3_155_760_000_000

    private let object: JSON

    init(_ body: [UInt8]) throws(Refusal) {
        if body.isEmpty {
            object = .object([])
            return
        }
        guard let value = try? JSON.parse(body), case .object = value else { throw Refusal.malformedBody }
        object = value
    }

    /// The member as it stands, `null` included; `nil` where it is absent.
    func raw(_ name: String) -> JSON? { object[name] }

    private func value<Value>(_ name: String, _ read: (JSON) -> Value?) throws(Refusal) -> Value? {
        guard let field = object[name], !field.isNull else { return nil }
        guard let value = read(field) else { throw Refusal.invalidField(name) }
        return value
    }

    func text(_ name: String) throws(Refusal) -> String? { try value(name) { $0.string } }
    func integer(_ name: String) throws(Refusal) -> Int? { try value(name) { $0.integer } }
    func bool(_ name: String) throws(Refusal) -> Bool? { try value(name) { $0.bool } }
    func timestamp(_ name: String) throws(Refusal) -> Timestamp? { try value(name) { $0.timestamp } }

    func requiredText(_ name: String) throws(Refusal) -> String {
        guard let text = try text(name) else { throw Refusal.invalidField(name) }
        return text
    }

    func requiredInteger(_ name: String) throws(Refusal) -> Int {
        guard let value = try integer(name) else { throw Refusal.invalidField(name) }
        return value
    }
}
