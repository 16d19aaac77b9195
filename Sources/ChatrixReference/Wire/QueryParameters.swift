import ChatrixModel

/// The known query parameters of one request (D-40…D-44).
///
/// PAGE: `limit` and the cursors; a malformed one is refused, and so is any parameter given twice.
/// FILTER: each list names the filters that it takes in `Endpoint.query`; others are ignored.
struct QueryParameters {
    private var values: [String: String] = [:]

    /// Takes the parameters that the endpoint knows; one given twice or not decodable is refused, unknown ones are ignored.
    init(_ query: Substring, of endpoint: Endpoint) throws(Refusal) {
        try self.init(query, names: endpoint.query)
    }

    /// No parameters.
    init() {}

    /// The same for the parameters called `names`.
    init(_ query: Substring, names: [String]) throws(Refusal) {
        guard !names.isEmpty, !query.isEmpty else { return }
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Percent.decode(parts[0], isForm: true), names.contains(name) else { continue }
            guard let value = Percent.decode(parts.count == 2 ? parts[1] : "", isForm: true), values[name] == nil else {
                throw Refusal.invalidParameter(name)
            }
            values[name] = value
        }
    }

    func text(_ name: String) -> String? { values[name] }

    /// `^[1-9][0-9]{0,8}$` and at most `maximum` (D-40).
    func limit(default defaultValue: Int, maximum: Int) throws(Refusal) -> Int {
        guard let text = values["limit"] else { return defaultValue }
        let digits = text.utf8
        guard (1...9).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let value = Int(text),
            value <= maximum
        else { throw Refusal.invalidParameter("limit") }
        return value
    }

    func timestamp(_ name: String) throws(Refusal) -> Timestamp? {
        guard let text = values[name] else { return nil }
        guard let time = Timestamp(text) else { throw Refusal.invalidParameter(name) }
        return time
    }

    func id<E>(_ name: String) throws(Refusal) -> ID<E>? {
        guard let text = values[name] else { return nil }
        guard let id = ID<E>(text) else { throw Refusal.invalidParameter(name) }
        return id
    }

    /// `sort=field` is oldest first, `sort=-field` and none newest first (D-43, D-44).
    func order(field: String) throws(Refusal) -> ListOrder {
        guard let text = values["sort"] else { return .newestFirst }
        if text == field { return .oldestFirst }
        guard text == "-\(field)" else { throw Refusal.invalidParameter("sort") }
        return .newestFirst
    }
}
