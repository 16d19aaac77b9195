import ChatrixModel

/// The answer to a request of a check.
package struct Reply: Sendable {
    package let exchange: Exchange
    let knobs: Knobs

    package var status: Int { exchange.answer.status }

    package func failure(_ what: String) -> Check.Failure { Check.Failure(what, exchange: exchange) }

    /// This status.
    @discardableResult
    package func expect(_ status: Int) throws -> Reply {
        guard self.status == status else { throw failure("expected status \(status), found \(self.status)") }
        return self
    }

    /// The body as JSON.
    package var json: Node {
        get throws {
            do {
                return Node(
                    try JSON.parse(exchange.answer.body), path: "", exchange: exchange, fields: FieldRules(knobs))
            } catch {
                throw failure("expected a JSON body: \(error)")
            }
        }
    }

    /// The value of a header that occurs at most once.
    package func header(_ name: String) throws -> String? {
        let values = exchange.answer.values(name)
        guard values.count <= 1 else { throw failure("expected the header \(name) once, found \(values)") }
        return values.first
    }

    /// The value of a header made of decimal digits only.
    package func integerHeader(_ name: String) throws -> Int {
        guard let text = try header(name), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text)
        else { throw failure("expected the header \(name) with decimal digits, found \(try header(name) ?? "none")") }
        return value
    }

    package func expectHeader(_ name: String, _ value: String?) throws {
        guard try header(name) == value else {
            throw failure("expected the header \(name): \(value ?? "none"), found \(try header(name) ?? "none")")
        }
    }

    package func expectEmptyBody() throws {
        guard exchange.answer.body.isEmpty else { throw failure("expected no body") }
    }

    /// A condition about this answer that no other expectation covers.
    package func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws {
        guard holds else { throw failure(what()) }
    }
}

/// The publications that one step of a check caused, each once.
package struct Publications: Sendable {
    package let all: [Publication]
    /// The last exchange before they were read.
    package let exchange: Exchange?
    private let knobs: Knobs

    /// MQTT-CONFIG-09: what comes again unchanged counts once, where it came first. `before` are those that came before
    /// the step. O(publications) on average.
    init(received: [Publication], after before: [Publication] = [], exchange: Exchange?, knobs: Knobs) {
        struct Content: Hashable {
            let topic: String
            let payload: JSON
        }
        var seen = Set(before.map { Content(topic: $0.topic, payload: $0.payload) })
        all = received.filter { seen.insert(Content(topic: $0.topic, payload: $0.payload)).inserted }
        self.exchange = exchange
        self.knobs = knobs
    }

    /// The same publications as they would have to be read if each had come twice.
    var doubled: Publications { Publications(received: all + all, exchange: exchange, knobs: knobs) }

    package subscript(index: Int) -> Node {
        let entry = all.indices.contains(index) ? all[index] : nil
        return Node(
            entry?.payload, path: "publication \(index) on \(entry?.topic ?? "no topic")", exchange: exchange,
            fields: FieldRules(knobs))
    }

    package var topics: [String] { all.map(\.topic) }

    /// Exactly these topics in this order.
    package func expectTopics(_ expected: [String]) throws {
        guard topics == expected else { throw failure("expected publications on \(expected), found \(topics)") }
    }

    /// The only publication on a topic.
    package func only(on topic: String) throws -> Node {
        let indices = all.indices.filter { all[$0].topic == topic }
        guard let index = indices.first, indices.count == 1 else {
            throw failure("expected one publication on \(topic), found publications on \(topics)")
        }
        return self[index]
    }

    package func failure(_ what: String) -> Check.Failure {
        Check.Failure(
            what + all.map { "\n    \($0.sequence) \($0.topic) \($0.payload)" }.joined(), exchange: exchange)
    }
}
