import ChatrixModel
import Testing

@testable import ChatrixReference

@Suite struct MediaFileTests {
    private static let gif = Array("GIF89a".utf8) + [3, 0, 2, 0, 0, 0, 0]
    private static let mp4 = Array("\0\0\0\u{8}ftyp".utf8)
    private static let time = Timestamp(milliseconds: 1_681_128_000_000)

    private func file(_ content: [UInt8], _ name: String = "a.gif") -> UploadedFile {
        UploadedFile(name: name, content: content[...])
    }

    private func backend(storageBytesMax: Int = 1 << 30) -> ReferenceBackend {
        var configuration = ReferenceBackend.Configuration()
        configuration.storageBytesMax = storageBytesMax
        return ReferenceBackend(configuration: configuration)
    }

    @Test func filesAreStoredInOrderWithAStampEach() throws {
        var backend = backend()
        let media = try ReferenceBackend.checkMedia([file(Self.gif), file(Self.mp4, "../b c.mp4")])
        let stored = try backend.storeMedia(media, in: "media", at: Self.time)
        #expect(
            stored == [
                MediaFile(
                    url: "http://localhost:9000/chatrix/media/1681128000000-a.gif", kind: .image, width: 3, height: 2),
                MediaFile(
                    url: "http://localhost:9000/chatrix/media/1681128000001-b_c.mp4", kind: .video, width: nil,
                    height: nil),
            ])
        #expect(backend.objects.byteCount == Self.gif.count + Self.mp4.count)
        #expect(backend.brokenInvariants().isEmpty)
    }

    @Test func beyondTheLimitNothingChanges() throws {
        var backend = backend(storageBytesMax: 3 * Self.gif.count)
        let media = try ReferenceBackend.checkMedia([file(Self.gif), file(Self.gif)])
        _ = try backend.storeMedia(media, in: "media", at: Self.time)
        let digest = backend.digest
        #expect(throws: Refusal.storageFull) { try backend.storeMedia(media, in: "stories", at: Self.time) }
        #expect(backend.digest == digest)
        _ = try backend.storeMedia([media[0]], in: "stories", at: Self.time)
        #expect(backend.objects.byteCount == backend.objects.bytesMax)
    }

    @Test func theFirstFaultDecides() {
        let large = file(Self.gif + [UInt8](repeating: 0, count: 10 << 20))
        let words = file(Array("words".utf8), "a.gif")
        let sizeless = file(Array("GIF89a".utf8))
        #expect(throws: Refusal.unsupportedFileType) { try ReferenceBackend.checkMedia([words, large]) }
        #expect(throws: Refusal.fileTooLarge) { try ReferenceBackend.checkMedia([large, words]) }
        #expect(throws: Refusal.unsupportedFileType) { try ReferenceBackend.checkMedia([sizeless]) }
    }

    @Test func limitsAreOfTheKind() throws {
        let limit = 10 << 20
        let image = Self.gif + [UInt8](repeating: 0, count: limit - Self.gif.count)
        _ = try ReferenceBackend.checkMedia([file(image)])
        #expect(throws: Refusal.fileTooLarge) { try ReferenceBackend.checkMedia([file(image + [0])]) }
        let film = Self.mp4 + [UInt8](repeating: 0, count: 10 * limit - Self.mp4.count)
        _ = try ReferenceBackend.checkMedia([file(film)])
        #expect(throws: Refusal.fileTooLarge) { try ReferenceBackend.checkMedia([file(film + [0])]) }
    }

    @Test func contentsTakePartInTheDigest() throws {
        var one = backend()
        var other = backend()
        let words = Self.mp4 + Array("01234567".utf8)
        _ = try one.storeMedia(ReferenceBackend.checkMedia([file(words)]), in: "media", at: Self.time)
        _ = try other.storeMedia(ReferenceBackend.checkMedia([file(words)]), in: "media", at: Self.time)
        #expect(one.digest == other.digest)
        other = backend()
        _ = try other.storeMedia(
            ReferenceBackend.checkMedia([file(Self.mp4 + Array("01234568".utf8))]), in: "media", at: Self.time)
        #expect(one.digest != other.digest)
    }

    @Test(arguments: [
        ("photo.jpg", "photo.jpg"), ("../../etc/passwd", "passwd"), (#"C:\new\a b.png"#, "a_b.png"),
        ("...hidden", "hidden"), ("", "file"), ("..", "file"), ("a/", "file"), ("grün.png", "gr_n.png"),
        ("a\0b.png", "a_b.png"), ("🦊.gif", "_.gif"), ("a\u{301}b", "a_b"),
        (String(repeating: "a", count: 150) + ".png", String(repeating: "a", count: 96) + ".png"),
    ])
    func keysKeepHarmlessNames(fileName: String, keyName: String) {
        #expect(ObjectStore.keyName(for: fileName) == keyName)
    }
}
