/// The JSON bodies of the storage endpoints. Shapes: API document, Storage 1 and 2.
extension StorageReply {
    /// The answer to an upload; contents are no JSON.
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("success", true)
        writer.key("data")
        switch self {
        case .uploaded(let object): object.encode(to: &writer)
        case .uploadedMultiple(let objects):
            writer.beginArray()
            for object in objects { object.encode(to: &writer) }
            writer.endArray()
        case .file, .preview: preconditionFailure("contents are no JSON")
        }
        writer.endObject()
    }
}

extension StoredObject {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key", key)
        writer.member("url", url)
        writer.endObject()
    }
}
