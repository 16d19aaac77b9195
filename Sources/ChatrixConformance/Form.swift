/// A `multipart/form-data` body, written byte by byte.
package struct Form: Sendable {
    package static let boundary = "----chatrix-conformance-boundary"
    package let contentType = "multipart/form-data; boundary=\(Form.boundary)"
    private var parts: [UInt8] = []

    package init() {}

    /// The parts and the end boundary.
    package var body: [UInt8] { parts + Array("--\(Form.boundary)--\r\n".utf8) }

    package mutating func text(_ name: String, _ value: String) { text(name, Array(value.utf8)) }

    package mutating func text(_ name: String, _ value: [UInt8]) {
        parts += Array("--\(Form.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n".utf8)
        parts += value
        parts += Array("\r\n".utf8)
    }

    package mutating func file(_ name: String, fileName: String, type: String, _ content: [UInt8]) {
        parts += Array(
            """
            --\(Form.boundary)\r
            Content-Disposition: form-data; name="\(name)"; filename="\(fileName)"\r
            Content-Type: \(type)\r
            \r

            """.utf8)
        parts += content
        parts += Array("\r\n".utf8)
    }

    package mutating func file(_ name: String, _ sample: Sample) {
        file(name, fileName: sample.fileName, type: sample.mimeType, sample.bytes)
    }

    /// A form that holds only these files, all under one name.
    package static func files(_ name: String, _ samples: Sample...) -> Form {
        var form = Form()
        for sample in samples { form.file(name, sample) }
        return form
    }
}
