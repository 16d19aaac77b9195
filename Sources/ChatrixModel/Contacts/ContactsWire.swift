/// The body of GET /contacts. Shape: API document, Contacts 1; an unregistered entry has three keys (D-02).
extension ContactsReply {
    package func encode(to writer: inout JSONWriter) {
        guard case .contacts(let contacts) = self else { return }
        writer.beginObject()
        writer.key("contacts")
        writer.array(contacts) { $0.encode(to: &$1) }
        writer.endObject()
    }
}

extension Contact {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .registered(let user, let phone, let lastSeen):
            user.encodeMembers(to: &writer)
            writer.member("phone", phone)
            writer.member("is_registered", true)
            writer.member("is_contact", true)
            writer.member("last_seen", lastSeen)
        case .unregistered(let phone):
            writer.member("phone", phone)
            writer.member("is_registered", false)
            writer.member("is_contact", true)
        }
        writer.endObject()
    }
}
