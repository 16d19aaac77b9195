import NIOCore

/// Takes the bytes of one connection apart into responses (RFC 9112).
///
/// NIO's decoder makes texts of all headers and hands out the parts of a response one by one; that was a fifth of the
/// generator's own time a request. The client needs the status, the length and three headers.
struct ResponseReader {
    struct Response {
        var status: Int
        var isKeptAlive: Bool
        var hasContentType: Bool
        /// The end of the body was known, not concluded from the end of the connection.
        var hasLength: Bool
        var body: ByteBuffer
    }

    /// The bytes are no response; nothing that follows can be read.
    struct Malformed: Error, CustomStringConvertible {
        var status: Int
        var description: String
    }

    static let headBytesMax = 64 << 10
    static let bodyBytesMax = 256 << 20

    private enum Framing { case length(Int), chunked, untilEnd }

    private struct Head {
        var status = 0
        var isKeptAlive = true
        var hasContentType = false
        var framing = Framing.untilEnd
    }

    private var unread = ByteBuffer()
    private var head: Head?
    /// What has been put together of a chunked body, and how much of the present chunk is missing.
    private var chunks = ByteBuffer()
    private var chunkLeft: Int?

    /// Nothing of a response has come yet.
    var isBetweenResponses: Bool { head == nil && unread.readableBytes == 0 }

    mutating func append(_ bytes: ByteBuffer) {
        if unread.readableBytes == 0 {
            unread = bytes
        } else {
            unread.writeImmutableBuffer(bytes)
        }
    }

    /// The next whole response; `nil` until more bytes have come.
    mutating func next() throws(Malformed) -> Response? {
        while true {
            if head == nil { head = try readHead() }
            guard let head else { return nil }
            // 100 Continue and its like precede the answer; nobody asked for another protocol.
            if head.status < 200 {
                guard head.status != 101 else { throw Malformed(status: 101, description: "an upgrade unasked for") }
                self.head = nil
                continue
            }
            switch head.framing {
            case .length(let length):
                guard let body = unread.readSlice(length: length) else { return nil }
                return finish(head, body, hasLength: true)
            case .chunked:
                guard try readChunks(head) else { return nil }
                let body = chunks
                chunks = ByteBuffer()
                return finish(head, body, hasLength: true)
            case .untilEnd:
                guard unread.readableBytes <= ResponseReader.bodyBytesMax else { throw tooLarge(head) }
                return nil
            }
        }
    }

    /// The response whose end is the end of the connection, if there is one.
    mutating func end() -> Response? {
        guard let head, case .untilEnd = head.framing, head.status >= 200 else { return nil }
        let body = unread
        unread = ByteBuffer()
        return finish(head, body, hasLength: false)
    }

    private mutating func finish(_ head: Head, _ body: ByteBuffer, hasLength: Bool) -> Response {
        self.head = nil
        // An empty remainder would keep the buffer alive.
        if unread.readableBytes == 0 { unread = ByteBuffer() }
        return Response(
            status: head.status, isKeptAlive: head.isKeptAlive && hasLength, hasContentType: head.hasContentType,
            hasLength: hasLength, body: body)
    }

    private func tooLarge(_ head: Head) -> Malformed {
        Malformed(status: head.status, description: "a body of more than \(ResponseReader.bodyBytesMax) bytes")
    }

    // MARK: - Chunks

    /// Returns true when the last chunk and the trailers have been read.
    private mutating func readChunks(_ head: Head) throws(Malformed) -> Bool {
        func malformed(_ what: String) -> Malformed { Malformed(status: head.status, description: what) }
        while true {
            if let left = chunkLeft {
                if left > 0 {
                    let count = min(left, unread.readableBytes)
                    guard count > 0, var part = unread.readSlice(length: count) else { return false }
                    chunks.writeBuffer(&part)
                    chunkLeft = left - count
                    continue
                }
                // The line break behind a chunk's data.
                guard let line = try readLine(head) else { return false }
                guard line.readableBytes == 0 else { throw malformed("a chunk is longer than its size") }
                chunkLeft = nil
                continue
            }
            let beginning = unread
            guard let line = try readLine(head) else { return false }
            guard let size = ResponseReader.chunkSize(line.readableBytesView) else {
                throw malformed("a chunk without a size")
            }
            guard size <= ResponseReader.bodyBytesMax - chunks.readableBytes else { throw tooLarge(head) }
            if size > 0 {
                chunkLeft = size
                continue
            }
            // Trailers; if they are not all there, the last chunk is read again with them.
            while let trailer = try readLine(head) { if trailer.readableBytes == 0 { return true } }
            unread = beginning
            return false
        }
    }

    private mutating func readLine(_ head: Head) throws(Malformed) -> ByteBuffer? {
        guard let end = unread.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard unread.readableBytes <= ResponseReader.headBytesMax else {
                throw Malformed(status: head.status, description: "a line without end")
            }
            return nil
        }
        guard var line = unread.readSlice(length: end - unread.readerIndex + 1) else { return nil }
        let view = line.readableBytesView
        let hasReturn = view.count >= 2 && view[view.endIndex - 2] == UInt8(ascii: "\r")
        line.moveWriterIndex(to: line.writerIndex - (hasReturn ? 2 : 1))
        return line
    }

    /// Hexadecimal digits up to an extension.
    private static func chunkSize(_ line: ByteBufferView) -> Int? {
        var size = 0
        var digits = 0
        for byte in line {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                guard [UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t")].contains(byte) else { return nil }
                break
            }
            digits += 1
            guard digits <= 15 else { return nil }
            size = size << 4 | digit
        }
        return digits > 0 ? size : nil
    }

    // MARK: - Head

    private mutating func readHead() throws(Malformed) -> Head? {
        let result: Result<(Head, Int)?, Malformed> = unread.withUnsafeReadableBytes { bytes in
            do throws(Malformed) {
                return .success(try ResponseReader.parseHead(bytes))
            } catch {
                return .failure(error)
            }
        }
        guard let (head, length) = try result.get() else {
            guard unread.readableBytes <= ResponseReader.headBytesMax else {
                throw Malformed(status: 0, description: "a head of more than \(ResponseReader.headBytesMax) bytes")
            }
            return nil
        }
        unread.moveReaderIndex(forwardBy: length)
        return head
    }

    /// The head and its length; `nil` if it is not complete.
    private static func parseHead(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> (Head, Int)? {
        var head = Head()
        var length: Int?
        var isChunked: Bool?
        var start = 0
        while let end = lineEnd(bytes, from: start) {
            let isReturn = end > start && bytes[end - 1] == UInt8(ascii: "\r")
            let line = UnsafeRawBufferPointer(rebasing: bytes[start..<(isReturn ? end - 1 : end)])
            if start == 0 {
                try parseStatusLine(line, into: &head)
            } else if line.isEmpty {
                head.framing = try framing(head.status, length: length, isChunked: isChunked)
                return (head, end + 1)
            } else {
                try parseField(line, into: &head, &length, &isChunked)
            }
            start = end + 1
        }
        return nil
    }

    private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\n") { return index }
            index += 1
        }
        return nil
    }

    /// `HTTP/1.x SP 3DIGIT [SP reason]`.
    private static func parseStatusLine(_ line: UnsafeRawBufferPointer, into head: inout Head) throws(Malformed) {
        let version: StaticString = "HTTP/1."
        guard line.count >= 12,
            line.prefix(7).elementsEqual(UnsafeRawBufferPointer(start: version.utf8Start, count: 7)),
            line[7] == UInt8(ascii: "0") || line[7] == UInt8(ascii: "1"), line[8] == UInt8(ascii: " "),
            line.count == 12 || line[12] == UInt8(ascii: " ")
        else { throw Malformed(status: 0, description: "no status line of HTTP/1.1") }
        head.isKeptAlive = line[7] == UInt8(ascii: "1")
        for byte in line[9..<12] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                throw Malformed(status: 0, description: "a status that is no number")
            }
            head.status = head.status * 10 + Int(byte - UInt8(ascii: "0"))
        }
        guard head.status >= 100 else { throw Malformed(status: head.status, description: "a status below 100") }
    }

    private static func parseField(
        _ line: UnsafeRawBufferPointer, into head: inout Head, _ length: inout Int?, _ isChunked: inout Bool?
    ) throws(Malformed) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            line[colon - 1] > UInt8(ascii: " "), line[0] > UInt8(ascii: " ")
        else { throw Malformed(status: head.status, description: "a header without a name") }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        switch colon {
        case 14 where isEqual(name, "content-length"):
            let value = trimmed(line[(colon + 1)...])
            guard (1...18).contains(value.count),
                value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else { throw Malformed(status: head.status, description: "a content-length that is no number") }
            let number = value.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            guard length == nil || length == number else {
                throw Malformed(status: head.status, description: "two different content-lengths")
            }
            guard number <= bodyBytesMax else {
                throw Malformed(status: head.status, description: "a body of more than \(bodyBytesMax) bytes")
            }
            length = number
        case 17 where isEqual(name, "transfer-encoding"):
            // The last coding decides.
            isChunked = hasToken("chunked", in: line[(colon + 1)...])
        case 10 where isEqual(name, "connection"):
            if hasToken("close", in: line[(colon + 1)...]) {
                head.isKeptAlive = false
            } else if hasToken("keep-alive", in: line[(colon + 1)...]) {
                head.isKeptAlive = true
            }
        case 12 where isEqual(name, "content-type"):
            head.hasContentType = !trimmed(line[(colon + 1)...]).isEmpty
        default: break
        }
    }

    /// RFC 9112, section 6.3.
    private static func framing(_ status: Int, length: Int?, isChunked: Bool?) throws(Malformed) -> Framing {
        if status < 200 || status == 204 || status == 304 { return .length(0) }
        guard let isChunked else { return length.map { .length($0) } ?? .untilEnd }
        guard length == nil else {
            throw Malformed(status: status, description: "both content-length and transfer-encoding")
        }
        return isChunked ? .chunked : .untilEnd
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var bytes = bytes
        while let first = bytes.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { bytes.removeFirst() }
        while let last = bytes.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { bytes.removeLast() }
        return bytes
    }

    private static func hasToken(_ token: StaticString, in value: Slice<UnsafeRawBufferPointer>) -> Bool {
        value.split(separator: UInt8(ascii: ",")).contains { part in
            isEqual(UnsafeRawBufferPointer(rebasing: trimmed(part)), token)
        }
    }

    /// Without regard to ASCII case; `lowercase` has letters and hyphens.
    private static func isEqual(_ bytes: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where bytes[index] | 0x20 != lowercase.utf8Start[index] { return false }
        return true
    }
}
