import ChatrixModel

private let needs: Set<Capability> = [.webhooks, .controlPlane]
private let timed = needs.union([.clock])

extension Checks {
    static let webhookDelivery: [Check] = webhookPayload + webhookSignature + webhookRetries + webhookSubscriptions

    private static let webhookPayload: [Check] = [
        Check(
            ["WEBHOOK-PAYLOAD-01", "WEBHOOK-PAYLOAD-02"],
            "the payload of message.created is that of the document", needs: needs
        ) { lab in
            let chat = try lab.chat()
            var sent: Node?
            let delivery = try lab.webhook { sent = try $0.say("Hello, world! 🦊", as: chat.alice, in: chat.id) }
            guard let sent else { return }
            try delivery.json.expectKeys("event", "data", "timestamp")
            try delivery.json["event"].expect("message.created")
            try delivery.json["timestamp"].expectTimestamp()
            try delivery.data.expectKeys("id", "conversation_id", "sender_id", "content", "type", "created_at")
            for key in ["id", "conversation_id", "sender_id", "content", "type", "created_at"] {
                try delivery.data[key].expectSame(as: sent[key])
            }
        },
        Check(["WEBHOOK-PAYLOAD-02"], "media is not shown where there is some", needs: needs) { lab in
            let chat = try lab.chat()
            let delivery = try lab.webhook { lab in
                let body =
                    #"{"conversationId":"\#(chat.id)","type":"image","attachments":"#
                    + #"[{"url":"https://example.com/a.jpg","type":"image"}]}"#
                try lab.post("/chat/messages", body, as: chat.alice).expect(201)
            }
            try delivery.data.expectKeys("id", "conversation_id", "sender_id", "content", "type", "created_at")
            try delivery.data["type"].expect("image")
            try delivery.data["content"].expect("")
        },
    ]

    private static let webhookSignature: [Check] = [
        Check(
            ["WEBHOOK-SIG-01", "WEBHOOK-SIG-04"], "the signature is the HMAC-SHA256 of the bytes sent", needs: needs
        ) { lab in
            let chat = try lab.chat()
            let long = String(repeating: "k", count: 100)
            for secret in ["a", "Schlüssel 🔑", long] {
                let receiver = try lab.receiver()
                try lab.webhook(secret: secret, to: receiver)
                try lab.say("Grüße 🦊", as: chat.alice, in: chat.id)
                let delivery = try lab.deliveries(1, to: receiver)[0]
                let signature = try delivery.header("X-Chatrix-Signature")
                let expected = hexHMAC(of: delivery.request.body, secret: Array(secret.utf8))
                try delivery.expect(
                    signature == expected, "expected the signature \(expected) with the secret \(secret)")
            }
        },
        Check(["WEBHOOK-SIG-02"], "X-Chatrix-Event is the event of the body", needs: needs) { lab in
            let receiver = try lab.receiver()
            try lab.webhook(to: receiver)
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            let deliveries = try lab.deliveries(3, to: receiver)
            for (delivery, name) in zip(deliveries, ["user.registered", "user.registered", "message.created"]) {
                try delivery.json["event"].expect(.string(name))
                let header = try delivery.header("X-Chatrix-Event")
                try delivery.expect(header == name, "expected the header X-Chatrix-Event: \(name), found \(header)")
            }
        },
        Check(["WEBHOOK-SIG-03", "WEBHOOK-SIG-05"], "every delivery has an ID of its own", needs: needs) { lab in
            let chat = try lab.chat()
            let receivers = [try lab.receiver(), try lab.receiver()]
            for receiver in receivers { try lab.webhook(to: receiver) }
            for number in 1...5 { try lab.say("message \(number)", as: chat.alice, in: chat.id) }
            var seen: Set<String> = []
            for receiver in receivers {
                for delivery in try lab.deliveries(5, to: receiver) {
                    let id = try delivery.header("X-Chatrix-Delivery")
                    try Node(.string(id), path: "X-Chatrix-Delivery", exchange: lab.last).expectUUIDv4()
                    try delivery.expect(seen.insert(id).inserted, "expected a delivery ID that was not seen before")
                }
            }
        },
        Check(["WEBHOOK-SIG-01"], "a webhook is a POST of JSON", needs: needs) { lab in
            let delivery = try lab.webhook { _ = try $0.register() }
            try delivery.expect(delivery.request.method == "POST", "expected the method POST")
            let type = try delivery.header("Content-Type")
            try delivery.expect(type == "application/json", "expected application/json, found \(type)")
        },
    ]

    private static let webhookRetries: [Check] = [
        Check(
            ["WEBHOOK-SIG-06"], "a failed delivery comes five times again and then no more",
            needs: timed
        ) { lab in
            let chat = try lab.chat()
            let answer = WebhookReceiver.Answer.status(500)
            let receiver = try lab.receiver(answer, answer, answer, answer, answer, answer)
            try lab.webhook("message.created", to: receiver)
            try lab.say("hello", as: chat.alice, in: chat.id)
            let first = try lab.deliveries(1, to: receiver)[0].request.body
            for (index, seconds) in [5, 30, 120, 600, 3600].enumerated() {
                try lab.advance(milliseconds: seconds * 1000 - 1)
                _ = try lab.deliveries(index + 1, to: receiver)
                try lab.advance(milliseconds: 1)
                let delivery = try lab.deliveries(index + 2, to: receiver)[index + 1]
                try delivery.expect(delivery.request.body == first, "expected the same body as at first")
            }
            try lab.advance(seconds: 24 * 3600)
            _ = try lab.deliveries(6, to: receiver)
        },
        Check(["WEBHOOK-SIG-05"], "a retry repeats the delivery ID", needs: timed) { lab in
            let chat = try lab.chat()
            let receiver = try lab.receiver(.status(500), .status(500))
            try lab.webhook("message.created", to: receiver)
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.advance(seconds: 60)
            let ids = try lab.deliveries(3, to: receiver).map { try $0.header("X-Chatrix-Delivery") }
            guard Set(ids).count == 1 else {
                throw Check.Failure("expected one delivery ID in three attempts, found \(ids)", exchange: lab.last)
            }
        },
        Check(["WEBHOOK-SIG-06"], "one long step of the clock brings every retry in it", needs: timed) { lab in
            let chat = try lab.chat()
            let receiver = try lab.receiver(.status(500), .status(404), .status(302))
            try lab.webhook("message.created", to: receiver)
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.advance(seconds: 154)
            _ = try lab.deliveries(3, to: receiver)
            try lab.advance(seconds: 10_000)
            let deliveries = try lab.deliveries(4, to: receiver)
            let times = deliveries.compactMap { $0.request.at?.milliseconds }
            guard let start = times.first else { return }
            try deliveries[3].expect(
                times.map { $0 - start } == [0, 5_000, 35_000, 155_000],
                "expected attempts after 0, 5, 35 and 155 s, found \(times.map { $0 - start }) ms")
        },
        Check(["WEBHOOK-SIG-06"], "only 2xx is success", needs: timed) { lab in
            let chat = try lab.chat()
            for status in [200, 201, 202, 204, 226] {
                let receiver = try lab.receiver(.status(status))
                let id = try lab.webhook("message.created", to: receiver)
                try lab.say("hello", as: chat.alice, in: chat.id)
                try lab.advance(seconds: 155)
                _ = try lab.deliveries(1, to: receiver)
                try lab.control("webhook-remove", #"{"id":"\#(id)"}"#).expect(200)
            }
            for status in [300, 304, 400, 404, 410, 429, 500, 503] {
                let receiver = try lab.receiver(.status(status))
                let id = try lab.webhook("message.created", to: receiver)
                try lab.say("hello", as: chat.alice, in: chat.id)
                try lab.advance(seconds: 5)
                _ = try lab.deliveries(2, to: receiver)
                try lab.control("webhook-remove", #"{"id":"\#(id)"}"#).expect(200)
            }
        },
        Check(["WEBHOOK-SIG-06"], "a redirect is a failure and is not followed", needs: timed) { lab in
            let chat = try lab.chat()
            let elsewhere = try lab.receiver()
            let receiver = try lab.receiver(.redirect(to: elsewhere.url))
            try lab.webhook("message.created", to: receiver)
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.advance(seconds: 5)
            _ = try lab.deliveries(2, to: receiver)
            _ = try lab.deliveries(0, to: elsewhere)
        },
        Check(["WEBHOOK-SIG-06"], "no answer within 10 s is a failure", needs: timed) { lab in
            let chat = try lab.chat()
            let receiver = try lab.receiver(.silence)
            try lab.webhook("message.created", to: receiver)
            try lab.say("hello", as: chat.alice, in: chat.id)
            _ = try lab.deliveries(1, to: receiver)
            try lab.advance(seconds: 5)
            _ = try lab.deliveries(2, to: receiver)
        },
        Check(["WEBHOOK-SIG-06"], "a connection that is refused is a failure", needs: timed) { lab in
            let chat = try lab.chat()
            let receiver = try lab.receiver(.refusal)
            try lab.webhook("message.created", to: receiver)
            try lab.say("hello", as: chat.alice, in: chat.id)
            _ = try lab.deliveries(0, to: receiver)
            try lab.advance(seconds: 5)
            _ = try lab.deliveries(1, to: receiver)
        },
        Check(["WEBHOOK-SIG-06"], "a failing delivery does not hold up later ones", needs: timed) { lab in
            let chat = try lab.chat()
            let receiver = try lab.receiver(.status(500))
            try lab.webhook("message.created", to: receiver)
            for text in ["one", "two", "three"] { try lab.say(text, as: chat.alice, in: chat.id) }
            _ = try lab.deliveries(3, to: receiver)
            try lab.advance(seconds: 6)
            let deliveries = try lab.deliveries(4, to: receiver)
            for (delivery, text) in zip(deliveries, ["one", "two", "three", "one"]) {
                try delivery.data["content"].expect(.string(text))
            }
        },
        Check(["WEBHOOK-SIG-06"], "one receiver's failures are nothing to another", needs: timed) { lab in
            let chat = try lab.chat()
            let failing = try lab.receiver(.status(500), .status(500))
            let good = try lab.receiver()
            for receiver in [failing, good] { try lab.webhook("message.created", to: receiver) }
            for text in ["one", "two"] { try lab.say(text, as: chat.alice, in: chat.id) }
            try lab.advance(seconds: 6)
            _ = try lab.deliveries(4, to: failing)
            _ = try lab.deliveries(2, to: good)
        },
    ]

    private static let webhookSubscriptions: [Check] = [
        Check(["CONTROL-06"], "webhooks are added and removed by commands", needs: needs) { lab in
            let chat = try lab.chat()
            let receiver = try lab.receiver()
            let reply = try lab.control("webhook-add", #"{"url":"\#(receiver.url)","secret":"s"}"#).expect(200)
            try reply.json.expectKeys("id")
            let id = try reply.json["id"].text()
            try lab.say("one", as: chat.alice, in: chat.id)
            _ = try lab.deliveries(1, to: receiver)
            try lab.control("webhook-remove", #"{"id":"\#(id)"}"#).expect(200)
            try lab.say("two", as: chat.alice, in: chat.id)
            _ = try lab.deliveries(1, to: receiver)
            try lab.post("/_reference/webhook-remove", #"{"id":"\#(id)"}"#).expectEnvelope(404, "Not Found")
            for path in ["/webhooks", "/webhooks/\(id)"] {
                try lab.post(path, "{}", as: chat.alice).expect(404)
                try lab.delete(path, as: chat.alice).expect(404)
            }
        },
        Check(["CONTROL-06"], "a subscription gets the events it asked for", needs: needs) { lab in
            let receiver = try lab.receiver()
            try lab.webhook("message.created", "user.deleted", to: receiver)
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            let deliveries = try lab.deliveries(1, to: receiver)
            try deliveries[0].json["event"].expect("message.created")
        },
        Check(["CONTROL-06"], "each of several subscriptions gets its own events", needs: needs) { lab in
            let subscriptions = try [
                ("message.created", "one"), ("user.registered", "two"), ("message.created", "three"),
            ]
            .map { event, secret in
                let receiver = try lab.receiver()
                try lab.webhook(event, secret: secret, to: receiver)
                return (event: event, secret: secret, receiver: receiver)
            }
            let chat = try lab.chat()
            for text in ["first", "second"] { try lab.say(text, as: chat.alice, in: chat.id) }
            for (event, secret, receiver) in subscriptions {
                for delivery in try lab.deliveries(2, to: receiver) {
                    try delivery.json["event"].expect(.string(event))
                    let signature = try delivery.header("X-Chatrix-Signature")
                    try delivery.expect(
                        signature == hexHMAC(of: delivery.request.body, secret: Array(secret.utf8)),
                        "expected the signature with the secret \(secret)")
                }
            }
        },
        Check(["CONTROL-06"], "a subscription that makes no sense is refused", needs: needs) { lab in
            for (fields, why) in [
                (#"{"secret":"s"}"#, "no URL"), (#"{"url":"/hook","secret":"s"}"#, "a relative URL"),
                (#"{"url":"ftp://127.0.0.1/","secret":"s"}"#, "a scheme other than http and https"),
                (#"{"url":"http://127.0.0.1/"}"#, "no secret"),
                (#"{"url":"http://127.0.0.1/","secret":""}"#, "an empty secret"),
                (#"{"url":"http://127.0.0.1/","secret":"s","events":["message.read"]}"#, "an unknown event"),
                (#"{"url":"http://127.0.0.1/","secret":"s","events":[]}"#, "no event"),
            ] {
                try lab.refuses("/_reference/webhook-add", fields, why)
            }
        },
        Check(["CONTROL-06"], "starting over removes all webhooks", needs: needs) { lab in
            let receiver = try lab.receiver()
            try lab.webhook(to: receiver)
            try lab.control("reset").expect(200)
            _ = try lab.register()
            _ = try lab.deliveries(0, to: receiver)
        },
        Check(["CONTROL-08"], "same seed and requests give the same webhooks", needs: timed) { lab in
            var runs: [[String]] = []
            for _ in 1...2 {
                try lab.control("reset", #"{"seed":7,"now":"2024-02-29T23:59:59.500Z"}"#).expect(200)
                let receiver = try lab.receiver(.status(500))
                try lab.webhook(to: receiver)
                for name in ["ann", "ben"] {
                    let phone = name == "ann" ? "+628111111111" : "+628111111112"
                    let body = #"{"phone":"\#(phone)","username":"\#(name)","password":"secret-1"}"#
                    try lab.post("/auth/register", body).expect(201)
                }
                try lab.advance(seconds: 10)
                runs.append(
                    try lab.deliveries(3, to: receiver).map { delivery in
                        let headers = try ["Event", "Signature", "Delivery"].map {
                            try delivery.header("X-Chatrix-\($0)")
                        }
                        return headers.joined(separator: " ") + String(decoding: delivery.request.body, as: UTF8.self)
                    })
            }
            guard runs[0] == runs[1] else {
                throw Check.Failure(
                    "expected the same requests in both runs, found\n\(runs[0])\n\(runs[1])", exchange: lab.last)
            }
        },
    ]
}
