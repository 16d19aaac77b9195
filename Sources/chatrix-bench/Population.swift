import ArgumentParser
import ChatrixMQTT
import ChatrixModel
import ChatrixReference
import Foundation
import HTTPTypes

/// How much is stored before lists are measured; everything of it is seen by one user, the hub.
enum Population: String, ExpressibleByArgument, CaseIterable {
    case none, small, large

    var userCount: Int { self == .large ? 10_000 : 100 }
    var conversationCount: Int { self == .large ? 1_000 : 10 }
    var messagesPerConversation: Int { self == .large ? 1_000 : 100 }
    /// Authors that the hub follows: the same number, so that only the number of their posts differs.
    var authorCount: Int { 50 }
    var postCount: Int { self == .large ? 100_000 : 1_000 }

    static let hubName = "hub"
    static let password = "secret1"
}

/// Fills a reference through its wire seam, as clients would.
struct Populator {
    /// Resident memory that one message more takes, bytes, as measured while filling.
    private(set) var bytesPerMessage = 0.0
    private var users: [(id: String, token: String)] = []
    private let population: Population
    private let time: Timestamp

    init(_ population: Population, at time: Timestamp) {
        self.population = population
        self.time = time
    }

    mutating func fill(_ api: inout ReferenceAPI) throws {
        guard population != .none else { return }
        try api.withoutTraces { api in
            for number in 0..<population.userCount { try register(number, &api) }
            let hub = users[0]
            var conversations: [String] = []
            for number in 1...population.conversationCount {
                // The large population has more conversations than the small one has users, and never the reverse.
                let partner = users[number % population.userCount]
                if partner.id == hub.id { continue }
                let answer = try send(
                    .post, "/chat/conversations/ensure", #"{"recipientId":"\#(partner.id)"}"#, hub.token, &api)
                conversations.append(answer["id"]?.string ?? "")
            }
            let before = try residentBytes()
            for _ in 0..<population.messagesPerConversation {
                for (index, conversation) in conversations.enumerated() {
                    let text = #"{"conversationId":"\#(conversation)","content":"The quick brown fox jumps over it"}"#
                    _ = try send(.post, "/chat/messages", text, users[index + 1].token, &api)
                }
            }
            let stored = population.messagesPerConversation * conversations.count
            bytesPerMessage = Double(try residentBytes() - before) / Double(stored)
            for user in users.dropFirst() { _ = try send(.post, "/follows/\(hub.id)", "", user.token, &api) }
            let authors = users[1...population.authorCount]
            for author in authors { _ = try send(.post, "/follows/\(author.id)", "", hub.token, &api) }
            for number in 0..<population.postCount {
                let author = authors[authors.startIndex + number % authors.count]
                _ = try answer(to: .post, "/posts", Populator.post, Populator.formType, author.token, &api)
            }
        }
    }

    private mutating func register(_ number: Int, _ api: inout ReferenceAPI) throws {
        let name = number == 0 ? Population.hubName : "user\(number)"
        let phone = "+49170\(1_000_000 + number)"
        let body = #"{"phone":"\#(phone)","username":"\#(name)","password":"\#(Population.password)"}"#
        let answer = try send(.post, "/auth/register", body, nil, &api)
        users.append((answer["user"]?["id"]?.string ?? "", answer["access_token"]?.string ?? ""))
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, _ json: String, _ token: String?, _ api: inout ReferenceAPI
    ) throws -> JSON {
        try answer(to: method, path, Array(json.utf8), json.isEmpty ? nil : "application/json", token, &api)
    }

    private func answer(
        to method: HTTPRequest.Method, _ path: String, _ body: [UInt8], _ type: String?, _ token: String?,
        _ api: inout ReferenceAPI
    ) throws -> JSON {
        var headers = HTTPFields()
        headers[.contentType] = type
        if let token { headers[.authorization] = "Bearer \(token)" }
        let request = APIRequest(method: method, target: path, headers: headers, body: body)
        let response = api.respond(to: request, at: time)
        guard response.status < 300 else {
            throw BenchmarkError("\(method) \(path): \(String(decoding: response.body, as: UTF8.self))")
        }
        return try JSON.parse(response.body)
    }

    private static let formType = "multipart/form-data; boundary=b"

    /// A post with a GIF of 1 by 1 pixels.
    private static let post: [UInt8] =
        Array(
            "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"dot.gif\"\r\n\r\nGIF89a".utf8)
        + [1, 0, 1, 0, 0, 0, 0, 0x3B] + Array("\r\n--b--\r\n".utf8)

    /// Memory of this process that the kernel holds in RAM.
    private func residentBytes() throws -> Int {
        guard let account = ProcessAccount() else {
            throw BenchmarkError("the kernel's figures of this process cannot be read")
        }
        return account.residentBytes
    }
}
