/// The JSON bodies of the storage endpoints. Shapes: API document, Storage 1 and 2.
extension StoredObject {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key", key)
        writer.member("url", url)
        writer.endObject()
    }
}
