import Testing

/// WebSocket frames byte by byte (RFC 6455, section 5.2).
extension RawClient {
    struct Frame: Equatable, CustomStringConvertible {
        var opcode: UInt8
        var isLast = true
        var payload: [UInt8]

        var text: String { String(decoding: payload, as: UTF8.self) }

        /// The code of a close frame.
        var code: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }

        var description: String { code.map { "close \($0)" } ?? "opcode \(opcode): \(text)" }
    }

    static func upgrade(_ target: String, _ fields: String = "") -> String {
        """
        GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(fields)\r\n
        """
    }

    /// Asks for a WebSocket connection, which has to be accepted.
    func upgrade(_ target: String) throws {
        send(RawClient.upgrade(target))
        let answer = try readAnswer()
        guard answer.statusLine == "HTTP/1.1 101 Switching Protocols" else {
            throw Failure(description: "no upgrade: \(answer)")
        }
        #expect(answer.headers.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
    }

    /// The bytes of a frame as a client has to send it.
    static func frame(
        _ opcode: UInt8, _ payload: [UInt8], isLast: Bool = true, isMasked: Bool = true, reserved: UInt8 = 0
    ) -> [UInt8] {
        var bytes = [(isLast ? 0x80 : 0) | reserved << 4 | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: bytes.append(mask | UInt8(payload.count))
        case ..<65536: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(mask | 127)
            bytes += stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: payload.count >> $0) }
        }
        guard isMasked else { return bytes + payload }
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    func send(text: String, isLast: Bool = true) {
        send(RawClient.frame(1, Array(text.utf8), isLast: isLast))
    }

    /// The next frame of the server, which must not be masked.
    func readFrame(within seconds: Int = 10) throws -> Frame {
        while true {
            if let frame = takeFrame() { return frame }
            guard try readMore(within: seconds) else {
                throw Failure(description: "the connection ended before a frame")
            }
        }
    }

    private func takeFrame() -> Frame? {
        let bytes = received
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1] & 0x7F)
        var start = 2
        if length >= 126 {
            let count = length == 126 ? 2 : 8
            guard bytes.count >= 2 + count else { return nil }
            length = bytes[2..<2 + count].reduce(0) { $0 << 8 | Int($1) }
            start += count
        }
        guard bytes.count >= start + length else { return nil }
        discard(start + length)
        return Frame(
            opcode: bytes[0] & 0x0F, isLast: bytes[0] & 0x80 != 0, payload: Array(bytes[start..<start + length]))
    }

    /// The code of the close frame that has to come next, and then the end of the stream.
    func readClose() throws -> Int? {
        let code = try readFrame().code
        send(RawClient.frame(8, code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []))
        _ = try readToEnd()
        return code
    }
}
