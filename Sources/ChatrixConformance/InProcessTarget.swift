import ChatrixModel
import ChatrixReference
import HTTPTypes

/// The reference behind its wire seam, with a virtual clock and the control plane: everything but the socket.
package struct InProcessTarget: Target {
    package let name = "reference, in process"
    package let baseURL = "http://127.0.0.1:8080"
    package let capabilities = Set(Capability.allCases).subtracting([.broker])

    /// Where a virtual clock starts (D-06).
    private static let start = Timestamp("2023-04-10T12:00:00.000Z") ?? Timestamp(milliseconds: 0)

    private var api: ReferenceAPI
    private var clock = ReferenceClock.virtual(Self.start)

    package init(configuration: ReferenceAPI.Configuration = ReferenceAPI.Configuration()) {
        api = ReferenceAPI(configuration: configuration)
    }

    package mutating func prepare(rateLimits: RateLimitMode) {
        var configuration = ReferenceAPI.Configuration()
        configuration.isObserved = true
        configuration.rateLimits = rateLimits == .off ? .off : .documented
        // One round: checks register hundreds of users, and the number of rounds is no behaviour.
        configuration.backend.passwordRounds = 1
        api = ReferenceAPI(configuration: configuration)
        clock = .virtual(Self.start)
    }

    package mutating func send(_ request: Exchange.Request) throws -> Exchange.Answer {
        guard let method = HTTPRequest.Method(request.method) else {
            throw TargetError("send", request.target, cause: "\(request.method) is no method")
        }
        var fields = HTTPFields()
        for header in request.headers {
            guard let name = HTTPField.Name(header.name) else {
                throw TargetError("send", request.target, cause: "\(header.name) is no header name")
            }
            fields.append(HTTPField(name: name, value: header.value))
        }
        let apiRequest = APIRequest(method: method, target: request.target, headers: fields, body: request.body)
        let response =
            request.target.hasPrefix("/_reference/")
            ? api.control(apiRequest, clock: &clock, systemTime: Self.start)
            : api.respond(to: apiRequest, at: clock.now(systemTime: Self.start))
        return Exchange.Answer(
            status: response.status,
            headers: response.headers.map { Exchange.Header($0.name.rawName, $0.value) },
            body: response.body)
    }

    package mutating func publications(after sequence: Int) throws -> [Publication] {
        try publicationsInOutbox(after: sequence)
    }

    package func reasonWithout(_ capability: Capability) -> String {
        capability == .broker
            ? "in process there is no broker; run against 'chatrix-sim serve' with --http and --mqtt"
            : "the target lacks: \(capability.rawValue)"
    }
}

extension Target {
    /// The MQTT entries of the control command `outbox` (D-100), for targets that have the control plane.
    package mutating func publicationsInOutbox(after sequence: Int) throws -> [Publication] {
        let request = Exchange.Request(
            method: "POST", target: "/_reference/outbox", headers: [.init("Content-Type", "application/json")],
            body: Array(#"{"since":\#(sequence)}"#.utf8))
        let answer = try send(request)
        guard answer.status == 200, let entries = try? JSON.parse(answer.body)["entries"]?.array else {
            throw TargetError("read", "the outbox", cause: "unexpected answer\n\(answer)")
        }
        return try entries.filter { $0["channel"]?.string == "mqtt" }.map { entry in
            guard let sequence = entry["seq"]?.integer, let topic = entry["topic"]?.string,
                let payload = entry["payload"]
            else { throw TargetError("read", "the outbox", cause: "unexpected entry \(entry)") }
            return Publication(sequence: sequence, topic: topic, payload: payload)
        }
    }
}
