import ChatrixModel

extension Lab {
    /// Sets the address book of a user through the control plane.
    mutating func setContacts(of user: Account, _ phones: [String]) throws {
        let list = phones.map { "\"\($0)\"" }.joined(separator: ",")
        try control("contacts-set", #"{"user_id":"\#(user.id)","phones":[\#(list)]}"#).expect(200)
    }

    /// What a user's contacts are called in the order listed: usernames, and phones of those who have none.
    fileprivate mutating func contactNames(of user: Account, _ query: String = "") throws -> [String] {
        try get("/contacts\(query)", as: user).expect(200).json["contacts"].items().map { contact in
            try contact["is_registered"].bool() ? contact["username"].text() : contact["phone"].text()
        }
    }

    /// Registers a user with names of the check's choice.
    fileprivate mutating func register(username: String, fullName: String) throws -> Account {
        let phone = freshPhone()
        let answer = try post(
            "/auth/register",
            #"{"phone":"\#(phone)","username":"\#(username)","full_name":"\#(fullName)","password":"secret123"}"#
        ).expect(201).json
        return Account(
            id: try answer["user"]["id"].text(), phone: phone, username: username, fullName: fullName,
            password: "secret123", deviceID: "", accessToken: try answer["access_token"].text(),
            refreshToken: try answer["refresh_token"].text())
    }
}

extension Checks {
    static let contacts: [Check] = [
        Check(["CONTACTS-04", "CONTACTS-05"], "contacts answers 200 with the one key contacts") { lab in
            let user = try lab.register()
            let body = try lab.get("/contacts", as: user).expect(200).json
            try body.expectKeys("contacts")
            _ = try body["contacts"].items()
        },
        Check(["CONTACTS-01"], "query searches", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            let other = try lab.register()
            let phone = lab.freshPhone()
            try lab.setContacts(of: user, [other.phone, phone])
            try lab.expectOrder(lab.contactNames(of: user), [other.username, phone])
            try lab.expectOrder(lab.contactNames(of: user, "?query=\(other.username)"), [other.username])
            try lab.expectOrder(lab.contactNames(of: user, "?query=nobody-has-this"), [])
        },
        Check(["CONTACTS-02"], "limit is optional with default 20", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            try lab.setContacts(of: user, (0..<21).map { "+6281000001\(10 + $0)" })
            try lab.get("/contacts", as: user).expect(200).json["contacts"].expectCount(20)
            try lab.get("/contacts?limit=21", as: user).expect(200).json["contacts"].expectCount(21)
            try lab.get("/contacts?limit=1", as: user).expect(200).json["contacts"].expectCount(1)
        },
        Check(["CONTACTS-03"], "limit is at most 100", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            try lab.setContacts(of: user, (0..<101).map { "+628100000\(100 + $0)" })
            try lab.get("/contacts?limit=100", as: user).expect(200).json["contacts"].expectCount(100)
            let above = try lab.get("/contacts?limit=101", as: user)
            if above.status != 400 { try above.expect(200).json["contacts"].expectCount(100) }
        },
        Check(
            ["CONTACTS-06", "CONTACTS-08", "CONTACTS-09", "CONTACTS-10"], "a registered contact has eight keys",
            needs: [.controlPlane]
        ) { lab in
            let user = try lab.register()
            let other = try lab.register(fullName: "Jane Doe")
            try lab.setContacts(of: user, [other.phone])
            let contact = try lab.get("/contacts", as: user).expect(200).json["contacts"][0]
            try contact.expectKeys(
                "id", "username", "full_name", "avatar_url", "phone", "is_registered", "is_contact", "last_seen")
            try contact["id"].expect(.string(other.id))
            try contact["username"].expect(.string(other.username))
            try contact["full_name"].expect("Jane Doe")
            try contact["avatar_url"].expectNull()
            try contact["phone"].expect(.string(other.phone))
            try contact["is_registered"].expect(true)
            try contact["is_contact"].expect(true)
            try contact["last_seen"].expectTimestamp()
        },
        Check(
            ["CONTACTS-07", "CONTACTS-08", "CONTACTS-09"], "an unregistered contact has three keys",
            needs: [.controlPlane]
        ) { lab in
            let user = try lab.register()
            let phone = lab.freshPhone()
            try lab.setContacts(of: user, [phone])
            let contact = try lab.get("/contacts", as: user).expect(200).json["contacts"][0]
            try contact.expect(["phone": .string(phone), "is_registered": false, "is_contact": true])
        },
        Check(["CONTACTS-11"], "contacts has no cursor and before has no effect", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            let phones = [lab.freshPhone(), lab.freshPhone(), lab.freshPhone()]
            try lab.setContacts(of: user, phones)
            for query in ["?limit=2", "?limit=2&before=\(Lab.unknownID)", "?limit=2&before=&before=abc"] {
                let body = try lab.get("/contacts\(query)", as: user).expect(200).json
                try body.expectKeys("contacts")
                try body["contacts"].expectCount(2)
                try body["contacts"][0]["phone"].expect(.string(phones[0]))
            }
        },
        Check(
            ["CONTACTS-12"], "the registered come first by username, then the others by phone",
            needs: [.controlPlane]
        ) { lab in
            let user = try lab.register()
            let number = lab.fresh()
            let names = ["cx_B\(number)", "cx_c\(number)", "cx_a\(number)"]
            let others = try names.map { try lab.register(username: $0, fullName: "Someone") }
            let free = ["+628999\(number)3", "+628999\(number)1", "+628999\(number)2"]
            try lab.setContacts(
                of: user, [free[0], others[0].phone, free[1], others[1].phone, others[2].phone, free[2]])
            let expected = [names[2], names[0], names[1], free[1], free[2], free[0]]
            try lab.expectOrder(lab.contactNames(of: user), expected)
            for limit in 1...5 {
                try lab.expectOrder(lab.contactNames(of: user, "?limit=\(limit)"), Array(expected.prefix(limit)))
            }
        },
        Check(
            ["CONTACTS-13"], "query is a part of username, full name or phone, whatever the case",
            needs: [.controlPlane]
        ) { lab in
            let user = try lab.register()
            let number = lab.fresh()
            let jane = try lab.register(username: "cx_Jane_\(number)", fullName: "Zoë Ångström")
            let tom = try lab.register(username: "cx_tom_\(number)", fullName: "Tom JANEway")
            let free = "+628777\(number)"
            try lab.setContacts(of: user, [jane.phone, tom.phone, free])
            for (query, expected) in [
                ("jANE", [jane.username, tom.username]), ("cx_jane_", [jane.username]), ("tom%20janeW", [tom.username]),
                ("ZO%C3%8B%20%C3%A5", [jane.username]), (String(jane.phone.dropFirst(3)), [jane.username]),
                ("28777\(number)", [free]), ("%2B62", [jane.username, tom.username, free]),
                ("%20%20jane_%20", [jane.username]), ("", [jane.username, tom.username, free]),
                ("%20", [jane.username, tom.username, free]), ("jane%20tom", []),
            ] {
                try lab.expectOrder(lab.contactNames(of: user, "?query=\(query)"), expected)
            }
        },
        Check(
            ["CONTACTS-13"], "a search of 100 characters is looked for, a longer one answers 400",
            needs: [.decidedBounds]
        ) { lab in
            let user = try lab.register()
            try lab.get("/contacts?query=" + String(repeating: "x", count: 100), as: user).expect(200)
            try lab.get("/contacts?query=" + String(repeating: "x", count: 101), as: user).expect(400)
        },
        Check(["CONTACTS-14"], "a contact is registered as soon as a user has the number", needs: [.controlPlane]) {
            lab in
            let user = try lab.register()
            let phone = lab.freshPhone()
            try lab.setContacts(of: user, [phone, user.phone])
            try lab.get("/contacts", as: user).expect(200).json["contacts"].expect([
                ["phone": .string(phone), "is_registered": false, "is_contact": true]
            ])
            let name = lab.freshUsername()
            try lab.post("/auth/register", #"{"phone":"\#(phone)","username":"\#(name)","password":"secret123"}"#)
                .expect(201)
            try lab.expectOrder(lab.contactNames(of: user), [name])
        },
        Check(["CONTACTS-15"], "last_seen is the last activity, registering included", needs: [.controlPlane, .clock]) {
            lab in
            let user = try lab.register()
            try lab.advance(seconds: 10)
            let other = try lab.register()
            try lab.setContacts(of: user, [other.phone])
            func lastSeen(_ lab: inout Lab) throws -> Int64 {
                try lab.get("/contacts", as: user).expect(200).json["contacts"][0]["last_seen"].milliseconds()
            }
            let joined = try lab.get("/users/\(other.id)").expect(200).json["created_at"].milliseconds()
            let first = try lastSeen(&lab)
            try lab.advance(seconds: 60)
            let again = try lastSeen(&lab)
            // Refused, but by a user who was there.
            try lab.get("/users/\(Lab.unknownID)", as: other).expect(404)
            let second = try lastSeen(&lab)
            guard (joined...joined + 1000).contains(first), again == first, (60_000...61_000).contains(second - first)
            else {
                throw Check.Failure(
                    "expected last_seen at \(joined), the same 60 s later, then 60 s more; found \(first), \(again), "
                        + "\(second)", exchange: lab.last)
            }
        },
        .demandsToken(["CONTACTS-16"], "GET", "/contacts"),
        Check(
            ["CONTROL-04"], "address books are set by command, each time anew, and by nothing else",
            needs: [.controlPlane]
        ) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.post("/follows/\(chat.bob.id)", as: chat.alice).expect(201)
            try lab.get("/contacts", as: chat.alice).expect(200).json.expect(["contacts": []])
            try lab.setContacts(of: chat.alice, [chat.bob.phone, chat.bob.phone, chat.alice.phone])
            try lab.expectOrder(lab.contactNames(of: chat.alice), [chat.bob.username])
            try lab.expectOrder(lab.contactNames(of: chat.bob), [])
            try lab.post("/block/\(chat.alice.id)", as: chat.bob).expect(200)
            try lab.expectOrder(lab.contactNames(of: chat.alice), [chat.bob.username])
            let phone = lab.freshPhone()
            try lab.setContacts(of: chat.alice, [phone])
            try lab.expectOrder(lab.contactNames(of: chat.alice), [phone])
            for bad in [
                #"{"user_id":"\#(chat.alice.id)"}"#, #"{"user_id":"\#(chat.alice.id)","phones":"\#(phone)"}"#,
                #"{"user_id":"\#(chat.alice.id)","phones":[5]}"#, #"{"user_id":"\#(chat.alice.id)","phones":["12"]}"#,
            ] {
                try lab.refuses("/_reference/contacts-set", bad, bad)
            }
            try lab.expectOrder(lab.contactNames(of: chat.alice), [phone])
            try lab.setContacts(of: chat.alice, [])
            try lab.expectOrder(lab.contactNames(of: chat.alice), [])
        },
    ]
}
