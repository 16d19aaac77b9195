import ChatrixModel
import ChatrixReference
import ChatrixScenario
import HTTPTypes
import Testing

/// Fixture files: what is wrong with them is named with its place, and what is right is there as if it had happened.
@Suite struct FixtureTests {
    private static let noon = Timestamp(milliseconds: 1_681_128_000_000)

    /// A reference that began with the fixtures.
    private struct World {
        var api: ReferenceAPI
        private var tokens: [String: String] = [:]

        init(_ yaml: String) throws {
            let fixtures = try Fixtures(parsing: Array(yaml.utf8), file: "world.yaml") { path throws(InputError) in
                throw InputError(file: path, problems: [InputError.Problem(message: "there is no such file")])
            }
            var configuration = ReferenceAPI.Configuration()
            configuration.isObserved = true
            api = ReferenceAPI(configuration: configuration)
            try fixtures.load(into: &api, at: noon)
        }

        mutating func send(
            _ method: HTTPRequest.Method, _ target: String, _ body: String = "", as user: String? = nil
        ) throws -> JSON {
            var headers = HTTPFields()
            if let user { headers[.authorization] = "Bearer \(try token(of: user))" }
            let request = APIRequest(method: method, target: target, headers: headers, body: Array(body.utf8))
            let response = api.respond(to: request, at: noon)
            try #require(response.status < 300, "\(target): \(response.status)")
            return try JSON.parse(response.body)
        }

        private mutating func token(of user: String) throws -> String {
            if let token = tokens[user] { return token }
            let body = #"{"phoneOrUsername":"\#(user)","password":"password"}"#
            let token = try #require(try send(.post, "/auth/login", body)["access_token"]?.string)
            tokens[user] = token
            return token
        }
    }

    private static func problems(_ yaml: String) -> [String] {
        do {
            _ = try World(yaml)
            return []
        } catch let error as InputError {
            return error.description.split(separator: "\n").map(String.init)
        } catch {
            return ["\(error)"]
        }
    }

    @Test(arguments: [
        ("", "world.yaml:1:1: the file is empty; expected fixtures"),
        ("userz: []", "world.yaml:1:1: unknown key 'userz'; did you mean 'users'?"),
        (
            "users: [{username: al1}, {username: al1}]",
            "world.yaml:1:37: the username 'al1' is taken; usernames must differ"
        ),
        ("users: [{username: alice, privat: true}]", "world.yaml:1:27: unknown key 'privat'; did you mean 'private'?"),
        ("users: [{username: alice, private: maybe}]", "world.yaml:1:36: 'private' must be true or false, not 'maybe'"),
        (
            "users: [{username: alice}, {username: bob}]\nfollows: [alice -> bobb]",
            "world.yaml:2:11: unknown user 'bobb'; did you mean 'bob'?"
        ),
        (
            "users: [{username: alice}]\nblocks: [alice]",
            "world.yaml:2:10: two users as 'alice -> bob' are expected, not 'alice'"
        ),
        (
            "users: [{username: alice}, {username: bob}]\nfollows: [{from: alice, to: bob, pending: true}]",
            "world.yaml:2:11: a follow of 'bob' is accepted at once, for the account is not private"
        ),
        (
            "users: [{username: alice}]\nconversations: [{between: [alice, alice]}]",
            "world.yaml:2:27: 'between' must name two different users"
        ),
        (
            "users: [{username: alice}]\nposts: [{by: alice, media: [no.jpg]}]",
            "world.yaml:2:29: 'no.jpg': there is no such file"
        ),
        (
            "users: [{username: a!}]",
            "world.yaml:1:9: the reference refuses this: The field username is missing or invalid"
        ),
        (
            "users: [{username: alice}, {username: bob}]\nconversations: [{between: [alice, bob], messages: [{from: bob}]}]",
            "world.yaml:2:52: the reference refuses this: The field content is missing or invalid"
        ),
        (
            "users: [{username: alice}, {username: bob}]\ncalls: [{from: alice, to: bob, ago: 1m, ended_after: 2m}]",
            "world.yaml:2:37: the call would end after the start of the server"
        ),
    ])
    func faultIsNamedWithItsPlace(_ yaml: String, _ problem: String) {
        #expect(Self.problems(yaml).contains(problem), "\(Self.problems(yaml))")
    }

    @Test func messagesHaveTheTimesAndReadMarksOfTheFile() throws {
        var world = try World(
            """
            users: [{username: alice}, {username: bob}]
            conversations:
              - between: [alice, bob]
                messages: [{from: bob, text: second, ago: 1h}, {from: alice, text: first, ago: 2h}]
                read_by: [bob]
            """)
        let list = try world.send(.get, "/chat/conversations", as: "alice")["conversations"]?[0]
        #expect(list?["unread_count"]?.integer == 1)
        #expect(list?["last_message"]?["content"]?.string == "second")
        #expect(list?["updated_at"]?.string == "2023-04-10T11:00:00.000Z")
        let id = try #require(list?["id"]?.string)
        let page = try world.send(.get, "/chat/conversations/\(id)/messages", as: "alice")["messages"]?.array
        #expect(page?.map { $0["content"]?.string } == ["second", "first"])
        #expect(page?.map { $0["status"]?.string } == ["delivered", "read"])
    }

    @Test func nothingOfTheLoadingIsPublishedOrCounted() throws {
        var world = try World(
            """
            users: [\((1...30).map { "{username: user\($0)}" }.joined(separator: ", "))]
            follows: [user1 -> user2]
            conversations: [{between: [user1, user2], messages: [{from: user1, text: hi}]}]
            """)
        #expect(world.api.takeEvents().isEmpty)
        var clock = ReferenceClock.virtual(Self.noon)
        let outbox = world.api.control(
            APIRequest(method: .post, target: "/_reference/outbox"), clock: &clock, systemTime: Self.noon)
        #expect(String(decoding: outbox.body, as: UTF8.self) == #"{"entries":[]}"#)
        #expect(world.api.backend.now(Self.noon) == Self.noon)
        #expect(try world.send(.get, "/users/user2", as: "user1")["is_following"]?.bool == true)
    }

    @Test func followOfPrivateAccountIsAcceptedUnlessLeftPending() throws {
        var world = try World(
            """
            users: [{username: alice}, {username: bob}, {username: carol, private: true, verified: true}]
            follows: [alice -> carol, {from: bob, to: carol, pending: true}]
            """)
        let carol = try world.send(.get, "/users/me", as: "carol")
        #expect(carol["follower_count"]?.integer == 1)
        #expect(try world.send(.get, "/users/carol", as: "alice")["is_private"]?.bool == true)
    }

    @Test func resetStartsEmptyOrWithTheFixtures() throws {
        var configuration = ReferenceAPI.Configuration()
        let yaml = Array("users: [{username: alice}]".utf8)
        let fixtures = try Fixtures(parsing: yaml, file: "world.yaml") { _ throws(InputError) in [] }
        configuration.fixtures = { api, now in try fixtures.load(into: &api, at: now) }
        var api = ReferenceAPI(configuration: configuration)
        var clock = ReferenceClock.virtual(Self.noon)
        for (body, count) in [(#"{"fixtures":true}"#, 1), ("{}", 0)] {
            let response = api.control(
                APIRequest(method: .post, target: "/_reference/reset", body: Array(body.utf8)), clock: &clock,
                systemTime: Self.noon)
            #expect(response.status == 200)
            #expect(api.backend.counts.users == count)
        }
    }

    @Test func resetGoesBackToTheConfigurationOfTheStart() throws {
        var configuration = ReferenceAPI.Configuration()
        configuration.backend.seed = 3
        var api = ReferenceAPI(configuration: configuration)
        var clock = ReferenceClock.virtual(Self.noon)
        func answer(_ method: HTTPRequest.Method, _ path: String, _ body: String = "") throws -> JSON {
            let request = APIRequest(method: method, target: "/_reference/\(path)", body: Array(body.utf8))
            return try JSON.parse(api.control(request, clock: &clock, systemTime: Self.noon).body)
        }
        for (body, seed, rateLimits) in [
            (#"{"seed":7,"rate_limits":"off"}"#, 7, "off"), (#"{"rate_limits":"off"}"#, 3, "off"),
            ("{}", 3, "documented"),
        ] {
            _ = try answer(.post, "reset", body)
            let health = try answer(.get, "health")
            #expect(health["seed"]?.integer == seed, "\(body)")
            #expect(health["rate_limits"]?.string == rateLimits, "\(body)")
        }
        let refused = try answer(.post, "reset", #"{"fixtures":true}"#)
        #expect(refused["message"]?.string == "There are no fixtures; start with --fixtures")
    }

    @Test func exampleFileLoads() throws {
        let fixtures = try Fixtures(contentsOf: "scenarios/fixtures/small-town.yaml")
        var api = ReferenceAPI()
        try fixtures.load(into: &api, at: Self.noon)
        #expect(api.backend.counts.users == 4)
        #expect(
            fixtures.description
                == "4 users, 4 follows, 1 blocks, 1 address books, 2 conversations, 3 messages, 2 posts, 1 stories, 2 calls"
        )
    }
}
