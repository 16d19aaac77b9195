import ChatrixConformance
import Testing

@testable import ChatrixProbe

@Suite struct PaceTests {
    private let login = Exchange.Request(method: "POST", target: "/auth/login")
    private let register = Exchange.Request(method: "POST", target: "/auth/register")

    private func me(_ token: String?) -> Exchange.Request {
        Exchange.Request(
            method: "GET", target: "/users/me?x=1",
            headers: token.map { [.init("Authorization", "Bearer \($0)")] } ?? [])
    }

    private func answer(_ status: Int = 200, remaining: Int?, reset: String?, retryAfter: String? = nil)
        -> Exchange.Answer
    {
        var headers: [Exchange.Header] = []
        if let remaining { headers.append(.init("x-ratelimit-remaining", String(remaining))) }
        if let reset { headers.append(.init("X-RateLimit-Reset", reset)) }
        if let retryAfter { headers.append(.init("Retry-After", retryAfter)) }
        return Exchange.Answer(status: status, headers: headers, body: [])
    }

    @Test func waitsForTheEndOfAWindowThatIsUsedUp() {
        var pace = Pace(pathPrefix: "", reset: .unixSeconds)
        #expect(pace.wait(before: login, at: 1_000_000) == nil)
        #expect(pace.note(answer(remaining: 1, reset: "1030"), to: register, at: 1_000_000) == nil)
        #expect(pace.wait(before: login, at: 1_000_500) == nil)
        #expect(pace.note(answer(remaining: 0, reset: "1030"), to: register, at: 1_000_500) == nil)
        // The routes of authentication share a window, the others have their own.
        #expect(pace.wait(before: login, at: 1_001_000)?.milliseconds == 29_000)
        #expect(pace.wait(before: login, at: 1_001_000)?.reason == "the window of authentication requests to end")
        #expect(pace.wait(before: me("a"), at: 1_001_000) == nil)
        #expect(pace.wait(before: login, at: 1_030_000) == nil)
    }

    @Test func usersAndTheAddressHaveWindowsOfTheirOwn() {
        var pace = Pace(pathPrefix: "/api", reset: .unixSeconds)
        _ = pace.note(answer(remaining: 0, reset: "1900"), to: me("a"), at: 1_000_000)
        #expect(pace.wait(before: me("a"), at: 1_000_000)?.milliseconds == 900_000)
        #expect(pace.wait(before: me("b"), at: 1_000_000) == nil)
        #expect(pace.wait(before: me(nil), at: 1_000_000) == nil)
        // Authentication counts by address, whatever token is sent along.
        let prefixed = Exchange.Request(
            method: "POST", target: "/api/auth/login", headers: [.init("Authorization", "Bearer a")])
        _ = pace.note(answer(remaining: 0, reset: "1060"), to: prefixed, at: 1_000_000)
        #expect(pace.wait(before: Exchange.Request(method: "POST", target: "/api/auth/refresh"), at: 1_000_000) != nil)
    }

    @Test func refusalSaysWhenToComeAgain() {
        var pace = Pace(pathPrefix: "", reset: .unixSeconds)
        let wait = pace.note(answer(429, remaining: 0, reset: "1060", retryAfter: "7"), to: login, at: 1_000_000)
        #expect(wait?.milliseconds == 7000)
        #expect(pace.note(answer(429, remaining: nil, reset: nil), to: login, at: 0)?.milliseconds == 60_000)
        #expect(pace.note(answer(429, remaining: 0, reset: nil), to: me("a"), at: 0)?.milliseconds == 900_000)
    }

    @Test(arguments: [
        (Knobs.RateLimitReset.unixSeconds, "1030"), (.unixMilliseconds, "1030000"), (.deltaSeconds, "30"),
        (.iso8601, "1970-01-01T00:17:10.000Z"),
    ])
    func everyFormatOfTheResetIsRead(format: Knobs.RateLimitReset, text: String) {
        var pace = Pace(pathPrefix: "", reset: format)
        _ = pace.note(answer(remaining: 0, reset: text), to: login, at: 1_000_000)
        #expect(pace.wait(before: login, at: 1_000_000)?.milliseconds == 30_000)
    }

    @Test func aClockThatGoesWrongDoesNotStopTheRun() {
        var pace = Pace(pathPrefix: "", reset: .unixSeconds)
        _ = pace.note(answer(remaining: 0, reset: "99999999"), to: login, at: 1_000_000)
        #expect(pace.wait(before: login, at: 1_000_000)?.milliseconds == 60_000)
        _ = pace.note(answer(remaining: 0, reset: "soon"), to: me("a"), at: 1_000_000)
        #expect(pace.wait(before: me("a"), at: 1_000_000)?.milliseconds == 900_000)
    }

    @Test func budgetEndsTheRequestsOfARun() throws {
        var budget = RequestBudget(requestsMax: 2)
        try budget.spend()
        try budget.spend()
        let skip = try #require(throws: Check.Skip.self) { try budget.spend() }
        #expect(skip.reason == "the budget of 2 requests is used up")
    }
}
