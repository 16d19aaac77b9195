import ChatrixModel
import Testing

@Suite struct ByteCountTests {
    @Test(arguments: [
        ("0", 0), ("4096", 4096), ("17B", 17), ("512MB", 512_000_000), ("1GiB", 1 << 30), ("1 gib", 1 << 30),
        ("1.5KiB", 1536), ("2TB", 2_000_000_000_000), ("64kb", 64_000), ("0.5MiB", 1 << 19),
    ])
    func sizesAreRead(text: String, bytes: Int) {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", "MB", "-1", "+1", "1e9", "1XB", "1 M B", "1.5", "0.1KiB", "1..5MB", "9223372036854775808", "99999999TiB",
        "1GiB ", " 1GiB", "0x10", "nan", "∞",
    ])
    func anythingElseIsNone(text: String) {
        #expect(ByteCount(text) == nil)
    }

    @Test(arguments: [(0, "0"), (1 << 30, "1GiB"), (512_000_000, "512MB"), (1536, "1536"), (3 << 20, "3MiB")])
    func sizesAreShown(bytes: Int, text: String) {
        #expect("\(ByteCount(bytes))" == text)
    }
}
