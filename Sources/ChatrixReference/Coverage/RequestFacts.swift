import ChatrixModel
import HTTPTypes

/// Facts of one request and of what the reference knows about it.
extension ReferenceAPI {
    private static let formType = Array("multipart/form-data".utf8)

    static func addDeviceFacts(of call: Call, to facts: inout FactSet) {
        guard let device = call.request.headers[.deviceID] else { return }
        facts.insert(device.isEmpty ? .deviceEmpty : .deviceSent)
    }

    static func addLanguageFacts(of call: Call, to facts: inout FactSet) {
        guard let language = call.request.headers[.acceptLanguage] else { return }
        facts.insert(.languageSent)
        facts.insert(.indonesian, if: Language(acceptLanguage: language) == .indonesian)
        let tags = language.split(separator: ",").map { $0.split(separator: ";").first ?? "" }
        facts.insert(.languageHasRegion, if: tags.contains { $0.contains("-") })
        let isKnown = tags.contains { ["en", "id"].contains($0.drop { $0 == " " }.prefix(2).lowercased()) }
        facts.insert(.languageUnsupported, if: !isKnown)
    }

    /// What is sent as body, as far as its headers and size say.
    static func addContentFacts(of call: Call, _ reply: Reply, to facts: inout FactSet) {
        let contentType = call.request.headers[.contentType]
        let isForm =
            contentType?.utf8.prefix(ReferenceAPI.formType.count).elementsEqual(ReferenceAPI.formType) {
                $0 | 0x20 == $1 | 0x20
            } ?? false
        facts.insert(.contentTypeSent, if: contentType != nil)
        facts.insert(.bodySent, if: call.request.bodyByteCount > 0)
        facts.insert(.form, if: isForm)
        facts.insert(.json, if: !isForm && call.request.bodyByteCount > 0)
        facts.insert(.hugeBody, if: call.request.bodyByteCount > Limits.formBodyBytesMax)
        if reply.refusal == .deviceIDRequired {
            let body = try? JSON.parse(call.request.body)
            facts.insert(.bodyUnusable, if: body?["refresh_token"]?.string == nil)
        }
    }

    static func addTargetFacts(of call: Call, to facts: inout FactSet) {
        facts.insert(.querySent, if: call.request.target.utf8.contains(UInt8(ascii: "?")))
        facts.insert(.escapedPath, if: call.path.utf8.contains(UInt8(ascii: "%")))
        if let match = call.match, !match.parameter.isEmpty {
            facts.insert(.malformedPathID, if: UserID(match.parameter) == nil)
        }
        facts.insert(.cleanupPath, if: call.path == "/admin/conversations/cleanup")
        if call.match == nil {
            let rest = call.path.dropFirst().drop { $0 != "/" }
            facts.insert(.prefixedRoute, if: Router.shared.match(rest) != nil)
        }
    }

    /// Who calls, and why a token was refused.
    mutating func addTokenFacts(of call: Call, _ reply: Reply, to facts: inout FactSet, now: Timestamp) {
        if reply.refusal == .invalidRefreshToken, let text = coverage.step.body.shownText("refresh_token") {
            guard let claims = tokens.verify(text) else { return }
            let device = call.request.headers[.deviceID] ?? ""
            facts.insert(.tokenIsAccess, if: claims.kind == .access)
            facts.insert(.tokenExpired, if: now.seconds >= claims.expiresAtSeconds)
            facts.insert(.tokenOfOtherDevice, if: device != claims.deviceID)
            facts.insert(
                .tokenUsedUp,
                if: claims.kind == .refresh && now.seconds < claims.expiresAtSeconds && device == claims.deviceID
                    && backend.exists(claims.subject))
        }
        guard let header = call.request.headers[.authorization] else {
            facts.insert(.anonymous)
            return
        }
        facts.insert(.authorizationSent)
        // By bytes: finding the characters of a long token costs more than all the rest.
        let isAsDocumented = header.utf8.starts(with: "Bearer ".utf8) && header.utf8.dropFirst(7).first != 0x20
        facts.insert(.schemeInOtherCase, if: !isAsDocumented && !call.isOpenPath)
        guard reply.refusal == .invalidToken else { return }
        let parts = header.split(separator: " ")
        facts.insert(.otherScheme, if: parts.first?.lowercased() != "bearer")
        guard parts.count == 2 else { return }
        guard let claims = tokens.verify(String(parts[1])) else {
            facts.insert(.tokenForged, if: parts[1].split(separator: ".").count == 3)
            return
        }
        facts.insert(.tokenIsRefresh, if: claims.kind == .refresh)
        facts.insert(.tokenExpired, if: now.seconds >= claims.expiresAtSeconds)
        facts.insert(.tokenOfNobody, if: !backend.exists(claims.subject))
    }

    /// What the names in a request of authentication or for a profile say about accounts.
    func addAccountFacts(of reply: Reply, to facts: inout FactSet) {
        let body = coverage.step.body
        if let name = body.shownText("phoneOrUsername") {
            facts.insert(.byPhone, if: name.hasPrefix("+"))
            facts.insert(
                .unknownAccount,
                if: backend.usersByPhone[name] == nil && backend.usersByUsername[name.asciiLowercased] == nil)
            facts.insert(.namesPhone, if: backend.usersByPhone["+\(name)"] != nil)
        } else if reply.status == 400 || reply.refusal == .usernameTaken, let name = body.shownText("username") {
            let taken = backend.usersByUsername[name.asciiLowercased]
            facts.insert(.takenInOtherCase, if: taken.map { backend.users[$0].username != name } ?? false)
            facts.insert(
                .takenToo, if: taken != nil || body.shownText("phone").map { backend.usersByPhone[$0] != nil } ?? false)
        }
        guard case .users(.profile(let identifier)) = coverage.step.command else { return }
        switch identifier {
        case .id: facts.insert(.byID)
        case .username(let name):
            if case .users(.profile(let profile)) = reply {
                facts.insert(.nameInOtherCase, if: profile.username != name)
            }
        }
    }

    /// What the rate limits show of the request.
    func addRateFacts(of call: Call, _ response: APIResponse, to facts: inout FactSet) {
        guard let limit = response.headers[.rateLimitLimit].flatMap({ Int($0) }),
            let remaining = response.headers[.rateLimitRemaining].flatMap({ Int($0) })
        else {
            facts.insert(.uncounted)
            return
        }
        facts.insert(.counted)
        facts.insert(.remainingFell, if: remaining < limit - 1)
        let (kind, key) = rateWindow(of: call)
        facts.insert(.windowRestarted, if: remaining == limit - 1 && coverage.memory.has(.window, kind, key))
        if call.endpoint?.rateClass == .auth, let last = coverage.memory.lastAuthEndpoint {
            facts.insert(.afterOtherAuthRoute, if: last != call.endpoint?.name && remaining < limit - 1)
        }
        if let caller = coverage.step.caller, let first = coverage.memory.firstCountedUser {
            facts.insert(.otherUser, if: caller != first)
        }
    }

    mutating func rememberRates(of call: Call, _ response: APIResponse) {
        guard response.headers[.rateLimitLimit] != nil else { return }
        let (kind, key) = rateWindow(of: call)
        coverage.memory.remember(.window, kind, key)
        if call.endpoint?.rateClass == .auth { coverage.memory.lastAuthEndpoint = call.endpoint?.name }
        if coverage.memory.firstCountedUser == nil { coverage.memory.firstCountedUser = coverage.step.caller }
    }

    /// Numbers for the class of a request and for whom it is counted.
    private func rateWindow(of call: Call) -> (UInt64, UInt64) {
        let kind: UInt64 =
            switch call.endpoint?.rateClass ?? .other {
            case .auth: 0
            case .upload: 1
            case .other: 2
            }
        return (kind, coverage.step.caller?.number ?? CoverageMemory.number(of: call.request.peerAddress))
    }

    /// What the publications of the step show.
    func addEventFacts(of reply: Reply, to facts: inout FactSet) {
        for event in coverage.step.events {
            guard case .messagesStatus(_, let count) = event.body else { continue }
            facts.insert(.marks)
            if case .chat(.messages(let page)) = reply {
                facts.insert(.marksBeyondPage, if: count > page.items.count { !$0.isMine })
            }
        }
    }
}

/// The facts that a look can bring; one that is missing here is never found.
extension FactSet {
    static let ofDevice = FactSet([.deviceSent, .deviceEmpty])
    static let ofLanguage = FactSet([.languageSent, .indonesian, .languageHasRegion, .languageUnsupported])
    static let ofContent = FactSet([.contentTypeSent, .bodySent, .form, .json, .hugeBody, .bodyUnusable])
    static let ofTarget = FactSet([.querySent, .escapedPath, .malformedPathID, .cleanupPath, .prefixedRoute])
    static let ofToken = FactSet([
        .anonymous, .authorizationSent, .schemeInOtherCase, .otherScheme, .tokenForged, .tokenExpired, .tokenIsRefresh,
        .tokenIsAccess, .tokenOfNobody, .tokenOfOtherDevice, .tokenUsedUp,
    ])
    static let ofAccounts = FactSet([
        .byPhone, .unknownAccount, .namesPhone, .takenInOtherCase, .takenToo, .byID, .nameInOtherCase,
    ])
    static let ofRate = FactSet([
        .counted, .uncounted, .remainingFell, .windowRestarted, .afterOtherAuthRoute, .otherUser,
    ])
    static let ofEvents = FactSet([.marks, .marksBeyondPage])
}
