/// The bodies of the admin endpoints. Shapes: API document, Admin 1 to 3.
extension AdminReply {
    package func encode(to writer: inout JSONWriter) {
        switch self {
        case .inspection(let inspection): inspection.encode(to: &writer)
        case .cleaned(let deletedCount, let fixedCount):
            writer.beginObject()
            writer.member("deleted", deletedCount)
            writer.member("fixed", fixedCount)
            writer.endObject()
        case .deleted(let id):
            writer.beginObject()
            writer.member("deleted", true)
            writer.member("id", id)
            writer.endObject()
        }
    }
}

extension ConversationInspection {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("total", total)
        writer.member("valid", valid)
        writer.key("corrupted")
        writer.array(corrupted) { conversation, writer in
            writer.beginObject()
            writer.member("id", conversation.id)
            writer.member("participant_ids", conversation.participantIDs)
            writer.member("issue", conversation.issue.rawValue)
            writer.endObject()
        }
        writer.key("selfConversations")
        writer.array(selfConversations) { conversation, writer in
            writer.beginObject()
            writer.member("id", conversation.id)
            writer.member("participant_ids", conversation.participantIDs)
            writer.endObject()
        }
        writer.key("unsorted")
        writer.array(unsorted) { conversation, writer in
            writer.beginObject()
            writer.member("id", conversation.id)
            writer.key("current")
            writer.array(conversation.current) { $1.value($0) }
            writer.key("sorted")
            writer.array(conversation.sorted) { $1.value($0) }
            writer.endObject()
        }
        writer.endObject()
    }
}
