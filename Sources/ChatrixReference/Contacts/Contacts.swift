import ChatrixModel

extension ReferenceBackend {
    func apply(_ command: ContactsCommand, by caller: UserIndex) -> Outcome {
        switch command {
        case .list(let query): Outcome(.contacts(.contacts(listContacts(query, of: caller))))
        }
    }

    /// CONTACTS: the registered by username, then the others by phone (D-60). O(n log n) in the size of the address book.
    private func listContacts(_ query: ContactsQuery, of caller: UserIndex) -> [Contact] {
        let needle = query.text.map { Array($0.lowercased().utf8) } ?? []
        var registered: [(name: String, user: UserIndex)] = []
        var others: [String] = []
        for phone in contacts.addressBooks[caller] ?? [] where phone != users[caller].phone {
            if let user = usersByPhone[phone] {
                guard isMatch(user, needle) else { continue }
                registered.append((users[user].username.asciiLowercased, user))
            } else if others.count < query.limit, phone.utf8.contains(needle) {
                others.append(phone)
            }
        }
        registered.sort { $0.name < $1.name }
        let found = registered.prefix(query.limit).map { entry in
            let user = users[entry.user]
            return Contact.registered(summary(of: entry.user), phone: user.phone, lastSeen: user.lastSeen)
        }
        return found + others.prefix(query.limit - found.count).map { .unregistered(phone: $0) }
    }

    /// CONTACTS-13: part of the username, the full name or the phone, without regard to case.
    private func isMatch(_ user: UserIndex, _ needle: [UInt8]) -> Bool {
        needle.isEmpty
            || [users[user].username, users[user].fullName ?? "", users[user].phone].contains {
                $0.lowercased().utf8.contains(needle)
            }
    }
}

extension String.UTF8View {
    /// Whether the bytes stand somewhere in the text, one after the other. O(length × bytes).
    fileprivate func contains(_ bytes: [UInt8]) -> Bool {
        var rest = self[...]
        while rest.count >= bytes.count {
            if rest.starts(with: bytes) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
