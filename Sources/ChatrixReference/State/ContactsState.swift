/// The address books, which only the control plane sets (D-60).
struct ContactsState: Sendable {
    /// The phone numbers of each user who has any: ascending, each once.
    private(set) var addressBooks: [UserIndex: [String]] = [:]

    /// Replaces what the user had. O(n log n) in the number of phones.
    mutating func setAddressBook(of user: UserIndex, phones: [String]) {
        let sorted = Set(phones).sorted()
        addressBooks[user] = sorted.isEmpty ? nil : sorted
    }

    mutating func removeAddressBook(of user: UserIndex) { addressBooks[user] = nil }

    func add(to digest: inout StateDigest) {
        for user in addressBooks.keys.sorted() {
            digest.add(user)
            for phone in addressBooks[user] ?? [] { digest.add(phone) }
        }
    }
}

extension ReferenceBackend {
    func brokenInvariantsOfContacts() -> [String] {
        contacts.addressBooks.keys.sorted().flatMap { user in
            let phones = contacts.addressBooks[user] ?? []
            var broken: [String] = []
            if users[user].isDeleted { broken.append("a deleted user has an address book") }
            if phones.isEmpty || zip(phones, phones.dropFirst()).contains(where: { $0 >= $1 }) {
                broken.append("the address book of user \(userID(user)) is empty or out of order")
            }
            return broken
        }
    }
}
