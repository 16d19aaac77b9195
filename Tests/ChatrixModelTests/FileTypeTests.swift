import ChatrixModel
import Testing

@Suite struct FileTypeTests {
    static let recognised: [(FileType, String, [UInt8])] = [
        (.jpeg, "x", [0xFF, 0xD8, 0xFF, 0xE0]),
        (.png, "x", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        (.gif, "x", Array("GIF87a".utf8)),
        (.gif, "x", Array("GIF89a".utf8)),
        (.webp, "x", Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBP".utf8)),
        (.mp4, "x", Array("\0\0\0\u{18}ftypisom".utf8)),
        (.mp4, "x", Array("\0\0\0\u{8}ftyp".utf8)),
        (.mov, "x", Array("\0\0\0\u{14}ftypqt  ".utf8)),
        (.webm, "x", [0x1A, 0x45, 0xDF, 0xA3] + Array("B\u{2}webm".utf8)),
        (.pdf, "x", Array("%PDF-1.7".utf8)),
        (.doc, "x.doc", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        (.doc, "X.DOC", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        (.docx, "x.docx", [0x50, 0x4B, 0x03, 0x04, 0x14]),
        (.txt, "x.txt", Array("grün 🦊\r\n".utf8)),
        (.txt, "x.txt", []),
    ]

    @Test(arguments: recognised) func theContentDecides(type: FileType, fileName: String, content: [UInt8]) {
        #expect(FileType(content: content[...], fileName: fileName) == type)
    }

    static let unknown: [(String, [UInt8])] = [
        ("x", []),
        ("x.jpg", [0xFF, 0xD8]),
        ("x.png", Array("not a picture".utf8)),
        ("x.gif", Array("GIF88a".utf8)),
        ("x.wav", Array("RIFF\u{1}\u{2}\u{3}\u{4}WAVE".utf8)),
        ("x.mkv", [0x1A, 0x45, 0xDF, 0xA3] + Array("B\u{2}matroska".utf8)),
        ("x.xls", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        ("x.zip", [0x50, 0x4B, 0x03, 0x04, 0x14]),
        ("xdocx", [0x50, 0x4B, 0x03, 0x04, 0x14]),
        ("x.docx", Array("words".utf8)),
        ("x.doc", Array("words".utf8)),
        ("x.txt", [0x61, 0x00, 0x62]),
        ("x.txt", [0x61, 0xFF, 0x62]),
        ("x.md", Array("words".utf8)),
    ]

    @Test(arguments: unknown) func anythingElseIsOctets(fileName: String, content: [UInt8]) {
        #expect(FileType(content: content[...], fileName: fileName) == .octetStream)
    }

    /// The name and a declared type count for nothing where the content says enough.
    @Test func namesDoNotOverruleContent() {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        for name in ["x.txt", "x.pdf", "x.jpg", "x.doc", ""] {
            #expect(FileType(content: png[...], fileName: name) == .png)
        }
    }

    @Test func theMarkOfWebMCountsWithinTheFirst4096Bytes() {
        func film(markEndsAt end: Int) -> [UInt8] {
            [0x1A, 0x45, 0xDF, 0xA3] + [UInt8](repeating: 0, count: end - 8) + Array("webm".utf8)
        }
        #expect(FileType(content: film(markEndsAt: 4096)[...]) == .webm)
        #expect(FileType(content: film(markEndsAt: 4097)[...]) == nil)
    }

    @Test func aPartOfALargerBufferIsReadFromItsOwnStart() {
        let body: [UInt8] = [9, 9, 9] + Array("\0\0\0\u{14}ftypqt  ".utf8)
        #expect(FileType(content: body[3...]) == .mov)
    }

    @Test func kinds() {
        #expect(FileType.allCases.filter { $0.mediaKind == .image } == [.jpeg, .png, .gif, .webp])
        #expect(FileType.allCases.filter { $0.mediaKind == .video } == [.mp4, .mov, .webm])
    }
}
