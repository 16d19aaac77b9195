/// The body of both block endpoints. Shape: API document, Block 1 and 2.
extension BlockReply {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("success")
        writer.value(true)
        writer.endObject()
    }
}
