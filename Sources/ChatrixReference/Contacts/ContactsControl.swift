import ChatrixModel

/// The control commands of contacts (D-100).
extension ReferenceAPI {
    /// CONTROL-04: `contacts-set` replaces the whole address book. A phone that nobody could register is a slip: 400.
    mutating func carryOutContacts(
        _ command: ControlCommand, _ fields: ControlFields
    ) throws(Refusal) -> [UInt8] {
        let user = try user(fields, "user_id")
        guard let elements = fields.raw("phones")?.array else { throw Refusal.invalidField("phones") }
        let phones = elements.compactMap(\.string)
        guard phones.count == elements.count, phones.allSatisfy(ReferenceAPI.isPhone) else {
            throw Refusal.invalidField("phones")
        }
        backend.contacts.setAddressBook(of: user, phones: phones)
        return ControlFields.emptyAnswer
    }
}
