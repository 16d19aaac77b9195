import ChatrixConformance
import Glibc

/// A blocking keep-alive connection to 127.0.0.1 that sends requests byte for byte. Every wait has a deadline.
final class HTTPConnection {
    private let descriptor: CInt
    private var received: [UInt8] = []
    private static let deadlineMilliseconds: CInt = 20_000

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw TargetError("open", "a socket", cause: "errno \(errno)") }
        var one: CInt = 1
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            let problem = errno
            Glibc.close(descriptor)
            throw TargetError("connect to", "127.0.0.1:\(port)", cause: "errno \(problem)")
        }
    }

    deinit { Glibc.close(descriptor) }

    /// Sends a request and reads its answer. `isReusable` is false when the connection cannot carry another one.
    func exchange(_ request: Exchange.Request) throws -> (answer: Exchange.Answer, isReusable: Bool) {
        var head = "\(request.method) \(request.target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for header in request.headers { head += "\(header.name): \(header.value)\r\n" }
        if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
            head += "Content-Length: \(request.body.count)\r\n"
        }
        let subject = "\(request.method) \(request.target)"
        let isComplete = try send(Array((head + "\r\n").utf8), subject) && send(request.body, subject)
        while true {
            if let answer = try takeAnswer(hasBody: request.method != "HEAD") {
                let isClosing = answer.values("connection").contains { $0.lowercased() == "close" }
                return (answer, isComplete && !isClosing)
            }
            guard try wait(for: POLLIN, subject) & Int16(POLLIN) != 0, readMore() else {
                throw TargetError("read the answer to", subject, cause: "the connection ended")
            }
        }
    }

    /// False when an answer came before everything was taken.
    private func send(_ bytes: [UInt8], _ subject: String) throws -> Bool {
        var sent = 0
        while sent < bytes.count {
            let ready = try wait(for: POLLIN | POLLOUT, subject)
            if ready & Int16(POLLIN) != 0 {
                _ = readMore()
                return false
            }
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, min($0.count, 1 << 20), CInt(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count < 0 && errno != EAGAIN { return false }
            sent += max(0, count)
        }
        return true
    }

    private func wait(for events: CInt, _ subject: String) throws -> Int16 {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        guard poll(&entry, 1, Self.deadlineMilliseconds) == 1 else {
            let seen = String(decoding: received.prefix(500), as: UTF8.self)
            throw TargetError(
                "wait for", subject, cause: "nothing for \(Self.deadlineMilliseconds) ms, so far: \(seen)")
        }
        return entry.revents
    }

    /// False at the end of the stream.
    private func readMore() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        received += chunk[..<count]
        return true
    }

    /// A whole answer, taken from what was received; `nil` as long as something is missing.
    private func takeAnswer(hasBody: Bool) throws -> Exchange.Answer? {
        guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw TargetError("read", "a status line", cause: lines[0])
        }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return Exchange.Header(String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        if status == 100 {
            received.removeSubrange(..<end.upperBound)
            return try takeAnswer(hasBody: hasBody)
        }
        var answer = Exchange.Answer(status: status, headers: headers, body: [])
        guard answer.values("transfer-encoding").isEmpty else {
            throw TargetError("read", "an answer", cause: "chunked answers are not expected")
        }
        let length = hasBody ? answer.values("content-length").first.flatMap { Int($0) } ?? 0 : 0
        guard received.count >= end.upperBound + length else { return nil }
        answer.body = Array(received[end.upperBound..<end.upperBound + length])
        received.removeSubrange(..<(end.upperBound + length))
        return answer
    }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
