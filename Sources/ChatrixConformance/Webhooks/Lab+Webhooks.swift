import CLibcrypto
import ChatrixModel

/// A request that a receiver of webhooks got, taken apart.
package struct WebhookDelivery: Sendable {
    package let request: WebhookReceiver.Request
    /// What failures call it.
    let path: String
    let exchange: Exchange?
    /// What the profile says about the objects in it.
    let fields: FieldRules

    /// The body as JSON.
    package var json: Node {
        get throws {
            do {
                return Node(try JSON.parse(request.body), path: path, exchange: exchange, fields: fields)
            } catch {
                throw failure("expected a JSON body: \(error)")
            }
        }
    }

    /// The member `event` of the body.
    package var event: String { get throws { try json["event"].text() } }

    /// The member `data` of the body.
    package var data: Node { get throws { try json["data"] } }

    /// The value of a header that has to be there once.
    package func header(_ name: String) throws -> String {
        let values = request.headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        guard let value = values.first, values.count == 1 else {
            throw failure("expected the header \(name) once, found \(values)")
        }
        return value
    }

    package func failure(_ what: String) -> Check.Failure {
        let headers = request.headers.map { "\n    \($0.name): \($0.value)" }.joined()
        return Check.Failure(
            "\(path): \(what); the request was\(headers)\n    \(String(decoding: request.body.prefix(2000), as: UTF8.self))",
            exchange: exchange)
    }

    package func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws {
        guard holds else { throw failure(what()) }
    }
}

extension Lab {
    /// Opens a receiver that answers the next requests with `answers` and all others with 200.
    package mutating func receiver(_ answers: WebhookReceiver.Answer...) throws -> WebhookReceiver {
        guard capabilities.contains(.webhooks) else { throw Check.Skip("webhooks cannot be received") }
        return try target.openReceiver(answers: answers)
    }

    /// Subscribes a receiver to events, or to all, and returns the subscription's ID.
    @discardableResult
    package mutating func webhook(
        _ events: String..., secret: String = "s3cret", to receiver: WebhookReceiver
    ) throws -> String {
        let names = events.map { "\"\($0)\"" }.joined(separator: ",")
        let list = events.isEmpty ? "" : #","events":[\#(names)]"#
        return try control("webhook-add", #"{"url":"\#(receiver.url)","secret":"\#(secret)"\#(list)}"#)
            .expect(200).json["id"].text()
    }

    /// What a receiver got so far, in order.
    package mutating func deliveries(to receiver: WebhookReceiver) throws -> [WebhookDelivery] {
        let (exchange, fields) = (last, FieldRules(knobs))
        return try target.received(by: receiver).enumerated().map { index, request in
            WebhookDelivery(request: request, path: "webhook request \(index)", exchange: exchange, fields: fields)
        }
    }

    /// What a receiver got so far, which has to be `count` requests.
    package mutating func deliveries(_ count: Int, to receiver: WebhookReceiver) throws -> [WebhookDelivery] {
        let all = try deliveries(to: receiver)
        guard all.count == count else {
            throw Check.Failure(
                "expected \(count) webhook requests, found \(all.count)"
                    + all.map { "\n    \(String(decoding: $0.request.body.prefix(500), as: UTF8.self))" }.joined(),
                exchange: last)
        }
        return all
    }

    /// The only webhook that `step` causes at a fresh receiver of the events named, or of all.
    package mutating func webhook(
        _ events: String..., causedBy step: (inout Lab) throws -> Void
    ) throws -> WebhookDelivery {
        let receiver = try receiver()
        let names = events.map { "\"\($0)\"" }.joined(separator: ",")
        let list = events.isEmpty ? "" : #","events":[\#(names)]"#
        let id = try control("webhook-add", #"{"url":"\#(receiver.url)","secret":"s3cret"\#(list)}"#)
            .expect(200).json["id"].text()
        try step(&self)
        let delivery = try deliveries(1, to: receiver)[0]
        try control("webhook-remove", #"{"id":"\#(id)"}"#).expect(200)
        return delivery
    }
}

/// HMAC-SHA256 of `body` in lowercase hexadecimal digits (RFC 2104).
func hexHMAC(of body: [UInt8], secret: [UInt8]) -> String {
    // Two rounds of SHA-256 by hand: the function that the reference signs with is not asked whether it is right.
    var key = secret.count > 64 ? sha256(secret) : secret
    key += [UInt8](repeating: 0, count: 64 - key.count)
    let inner = sha256(key.map { $0 ^ 0x36 } + body)
    return sha256(key.map { $0 ^ 0x5C } + inner).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}

private func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256(bytes, bytes.count, &digest)
    return digest
}
