import ChatrixConformance
import ChatrixModel

extension KnobTests {
    static let deviations: [Deviation] = fields + lists + statuses + events + rates

    private struct List {
        let name: String
        var standard = 20
        var maximum = 50
    }

    private static func list(_ request: Exchange.Request) -> List? {
        guard request.method == "GET" else { return nil }
        switch request.path {
        case "/posts/feed": return List(name: "posts", standard: 10)
        case "/chat/conversations": return List(name: "conversations")
        case "/notifications": return List(name: "notifications")
        case "/contacts": return List(name: "contacts", maximum: 100)
        default: return request.path.hasSuffix("/messages") ? List(name: "messages") : nil
        }
    }

    private static func isList(_ request: Exchange.Request) -> Bool { list(request) != nil }

    private static let fields: [Deviation] = [
        Deviation(
            "absent-optionals", "omitted",
            ["USERS-ME-GET-02", "USERS-ME-GET-05", "CHAT-ENSURE-12", "ADMIN-INSPECT-06", "WS-04", "WS-IN-13"]
        ) { target in
            target.rewriteObjects { $0.filter { $0.value != .null } }
        },
        Deviation(
            "absent-optionals", "either",
            ["USERS-ME-GET-02", "USERS-ME-GET-05", "CHAT-ENSURE-12", "ADMIN-INSPECT-06", "WS-04", "WS-IN-13"]
        ) { target in
            target.rewriteObjects { $0.filter { $0.value != .null } }
        },
        Deviation("extra-fields", "allow", ["USERS-ME-GET-02", "CHAT-SEND-11", "PAGE-04", "WS-IN-02", "WS-IN-11"]) {
            target in
            target.rewriteObjects { $0 + [JSON.Member("_v", 1)] }
        },
        Deviation("path-prefix", "/api", ["USERS-ME-GET-03", "ERROR-04", "ERROR-06", "ERROR-07", "WS-01"]) { target in
            target.request = { original in
                var request = original
                request.target =
                    original.target.hasPrefix("/api/") ? String(original.target.dropFirst(4)) : "/nothing-here"
                return request
            }
            target.changeAnswers { request, answer in
                guard let json = try? JSON.parse(answer.body), request.target.hasPrefix("/api/") else { return answer }
                var answer = answer
                answer.body = Array(
                    json.replacing("path") { path in path.string.map { .string("/api" + $0) } ?? path }.description.utf8
                )
                return answer
            }
        },
    ]

    private static let lists: [Deviation] = [
        Deviation(
            "last-page-cursor", "null", ["PAGE-04", "CHAT-CONVERSATIONS-05", "POSTS-FEED-06", "NOTIFICATIONS-05"]
        ) { target in
            target.rewriteJSON(where: isList) { page in
                page["has_more"] == false ? page.replacing("next_cursor") { _ in nil } : page
            }
        },
        Deviation(
            "last-page-cursor", "either", ["PAGE-04", "CHAT-CONVERSATIONS-05", "POSTS-FEED-06", "NOTIFICATIONS-05"]
        ) { target in
            target.rewriteJSON(where: isList) { page in
                page["has_more"] == false ? page.replacing("next_cursor") { _ in nil } : page
            }
        },
        Deviation("limit-out-of-range", "clamp", ["PAGE-07"]) { target in
            target.request = { request in
                guard let list = list(request), let limit = request.parameter("limit") else { return request }
                let isPlain = !limit.isEmpty && limit.utf8.allSatisfy { (0x30...0x39).contains($0) }
                guard isPlain, limit.first != "0", let number = Int(limit) else {
                    return request.with("limit", String(list.standard))
                }
                return number > list.maximum ? request.with("limit", String(list.maximum)) : request
            }
        },
        Deviation("bad-cursor", "ignore", ["PAGE-08", "CHAT-MESSAGES-25", "TIME-04", "ADMIN-DELETE-06", "WS-OUT-17"]) {
            target in
            target.retry = { request, answer in
                answer.status == 400 && request.parameter("before") != nil ? request.with("before", nil) : nil
            }
        },
        Deviation(
            "bad-cursor", "empty-page", ["PAGE-08", "CHAT-MESSAGES-25", "TIME-04", "ADMIN-DELETE-06", "WS-OUT-17"]
        ) { target in
            target.changeAnswers { request, answer in
                guard let name = list(request)?.name, request.parameter("before") != nil, answer.status == 400 else {
                    return answer
                }
                return Exchange.Answer(
                    status: 200, headers: answer.headers,
                    body: Array(#"{"\#(name)":[],"next_cursor":null,"has_more":false}"#.utf8))
            }
        },
    ]

    /// Changes the statuses in pages of messages.
    private static func statuses(
        where isMeant: @escaping @Sendable (Exchange.Request) -> Bool = { _ in true }, _ table: [String: String]
    ) -> @Sendable (inout DeviatingTarget) -> Void {
        { target in
            target.rewriteJSON(where: { isList($0) && isMeant($0) }) { page in
                page.mappingObjects { members in
                    members.map { member in
                        guard member.name == "status", let other = member.value.string.flatMap({ table[$0] }) else {
                            return member
                        }
                        return JSON.Member("status", .string(other))
                    }
                }
            }
        }
    }

    private static let statuses: [Deviation] = [
        Deviation(
            "delivered-on", "never",
            ["CHAT-MESSAGES-16", "CHAT-MESSAGES-18", "CHAT-MESSAGES-19", "CHAT-MESSAGES-21", "CHAT-CONVERSATIONS-17"],
            statuses(["delivered": "sent"])),
        Deviation(
            "delivered-on", "publish",
            ["CHAT-MESSAGES-19", "CHAT-MESSAGES-20", "CHAT-MESSAGES-21", "CHAT-CONVERSATIONS-17"],
            statuses(["sent": "delivered"])),
        Deviation(
            "first-page-status", "after-marking", ["CHAT-MESSAGES-16"],
            statuses(where: { $0.parameter("before") == nil }, ["delivered": "read"])),
        Deviation(
            "first-page-status", "either", ["CHAT-MESSAGES-16"],
            statuses(where: { $0.parameter("before") == nil }, ["delivered": "read"])),
    ]

    private static let publishesNoop: @Sendable (inout DeviatingTarget) -> Void = { target in
        target.addition = { request, answer, published, number in
            let isReading =
                request.method == "GET" && request.path.hasSuffix("/messages") && request.parameter("before") == nil
                || ["/read", "/view", "/ensure"].contains { request.path.hasSuffix($0) }
            guard isReading, answer.status == 200, published.isEmpty else { return [] }
            return [
                Publication(
                    sequence: 0, topic: "chat/\(request.caller)/messages-status",
                    payload: [
                        "action": "marked_as_read", "read_by": .string(request.caller), "n": .number(String(number)),
                    ])
            ]
        }
    }

    private static let events: [Deviation] = [
        Deviation("read-noop-events", "publish", ["CHAT-READ-08", "CHAT-MESSAGES-17"], publishesNoop),
        Deviation("read-noop-events", "either", ["CHAT-READ-08", "CHAT-MESSAGES-17"], publishesNoop),
        Deviation("messages-read-unread-count", "reader", ["MQTT-CONVERSATION-07"]) { target in
            target.published = { all in
                all.map { one in
                    var one = one
                    one.payload = one.payload.replacing("unread_count") { _ in 0 }
                    return one
                }
            }
        },
        Deviation(
            "new-message-conversation-event", "all-participants", ["CHAT-SEND-22", "MQTT-CONFIG-08", "MQTT-CONFIG-09"]
        ) { target in
            target.addition = { request, answer, published, _ in
                guard request.path == "/chat/messages", answer.status == 201, let last = published.last else {
                    return []
                }
                var own = last
                own.topic = "chat/\(request.caller)/conversations"
                return [own]
            }
        },
    ]

    /// Writes the end of the window another way; `now` is known where the body has a timestamp.
    private static func reset(
        _ change: @escaping @Sendable (_ seconds: Int64, _ now: Int64) -> String
    ) -> @Sendable (inout DeviatingTarget) -> Void {
        { target in
            target.changeAnswers { _, answer in
                var answer = answer
                let now = (try? JSON.parse(answer.body)["timestamp"]?.timestamp?.milliseconds) ?? 0
                for index in answer.headers.indices where answer.headers[index].name.lowercased() == "x-ratelimit-reset"
                {
                    answer.headers[index].value = change(Int64(answer.headers[index].value) ?? 0, now)
                }
                return answer
            }
        }
    }

    private static let rates: [Deviation] = [
        Deviation(
            "ratelimit-reset", "unix-millis", ["RATE-09", "RATE-11"], reset { seconds, _ in String(seconds * 1000) }),
        Deviation(
            "ratelimit-reset", "iso-8601", ["RATE-07", "RATE-08", "RATE-09", "RATE-11", "RATE-16"],
            reset { seconds, _ in "\(Timestamp(milliseconds: seconds * 1000))" }),
        Deviation(
            "ratelimit-reset", "delta-seconds", ["RATE-09", "RATE-11"],
            reset { seconds, now in String((seconds * 1000 - now) / 1000) }),
        Deviation("ratelimit-reset", "any", ["RATE-07", "RATE-08", "RATE-09", "RATE-11"], reset { _, _ in "soon" }),
    ]
}
