import ChatrixModel

extension StepDeclaration {
    static let media = [
        StepDeclaration(
            "uploadMedia", area: "Media", "Uploads a picture or film for messages.",
            keys: [
                KeyDeclaration("file", .file, "What; default a PNG of 20 kB."),
                KeyDeclaration(
                    "declared", .word(MediaKind.allCases.map(\.rawValue)),
                    "What it is said to be; default nothing is said."),
            ], bare: "file",
            CallDeclaration(.uploadMedia, fills: [.media: "url"]) { context in
                .media(
                    .upload(
                        (context.files(0).first ?? .picture).uploaded,
                        declaredKind: context.text(1).flatMap(MediaKind.init(rawValue:))))
            })
    ]
}
