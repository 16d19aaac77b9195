import ChatrixModel

extension StepDeclaration {
    static let storage = [
        StepDeclaration(
            "uploadFile", area: "Storage", "Stores a file.",
            keys: [KeyDeclaration("file", .file, "What; default a PNG of 20 kB.")], bare: "file",
            CallDeclaration(.uploadFile, fills: [.file: "data.key"]) { context in
                .storage(.upload((context.files(0).first ?? .picture).uploaded))
            }),
        StepDeclaration(
            "uploadFiles", area: "Storage", "Stores several files, all or none.",
            keys: [KeyDeclaration("files", .files(Limits.storageFilesMax), required: true, "Which.")],
            CallDeclaration(.uploadFiles, fills: [.file: "data[0].key"]) { context in
                .storage(.uploadMultiple(context.files(0).map(\.uploaded)))
            }),
        StepDeclaration(
            "file", area: "Storage", "Reads a stored file.",
            keys: [KeyDeclaration("key", or: .file, "Which")], bare: "key",
            CallDeclaration(.file) { $0.objectKey.map { .storage(.file(key: $0)) } }),
        StepDeclaration(
            "preview", area: "Storage", "Reads a stored file for showing it.",
            keys: [KeyDeclaration("key", or: .file, "Which")], bare: "key",
            CallDeclaration(.preview) { $0.objectKey.map { .storage(.preview(key: $0)) } }),
    ]
}

extension CallContext {
    fileprivate var objectKey: String? { text(0).flatMap { $0.isEmpty ? nil : $0 } }
}
