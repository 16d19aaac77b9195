import ChatrixModel

extension Checks {
    /// What only a subscriber at the broker sees.
    static let broker: [Check] = [
        Check(["MQTT-CONFIG-01"], "publications have the quality of service 1", needs: [.broker]) { lab in
            let chat = try lab.chat()
            for step in 1...2 {
                let published = try lab.publications { lab in
                    if step == 1 {
                        try lab.say("hello", as: chat.alice, in: chat.id)
                    } else {
                        try lab.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200)
                    }
                }
                guard !published.all.isEmpty, published.all.allSatisfy({ $0.qos == 1 }) else {
                    throw published.failure("expected QoS 1, found \(published.all.map { $0.qos ?? -1 })")
                }
            }
        },
        Check(["MQTT-CONFIG-02"], "nothing is retained for later subscribers", needs: [.broker]) { lab in
            let chat = try lab.chat()
            let published = try lab.publications { lab in
                try lab.say("hello", as: chat.alice, in: chat.id)
                try lab.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200)
            }
            guard !published.all.isEmpty, published.all.allSatisfy({ $0.isRetained == false }) else {
                throw published.failure("expected publications without the retain flag")
            }
            let retained = try lab.retained(on: Set(published.topics).sorted())
            guard retained.all.isEmpty else { throw retained.failure("expected nothing for a later subscriber") }
        },
        Check(["MQTT-CONFIG-09"], "a publication that comes twice counts once", needs: [.events]) { lab in
            let chat = try lab.chat()
            let published = try lab.publications { try $0.say("hello", as: chat.alice, in: chat.id) }
            try lab.expectNewMessage(published, from: chat.alice, to: chat.bob)
            try lab.expectNewMessage(published.doubled, from: chat.alice, to: chat.bob)
        },
    ]
}
