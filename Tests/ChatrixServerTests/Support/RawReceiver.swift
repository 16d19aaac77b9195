import Foundation
import Glibc

/// A receiver of webhooks on 127.0.0.1 that answers with literal bytes, for receivers that behave badly.
///
/// One thread serves one connection after the other.
final class RawReceiver: @unchecked Sendable {
    enum Answer {
        case text(String)
        /// Reads the request and keeps the connection open without a word until the sender closes it.
        case silence

        static let ok = Answer.text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        static func status(_ status: Int, _ headers: String = "") -> Answer {
            .text("HTTP/1.1 \(status) X\r\n\(headers)Content-Length: 0\r\n\r\n")
        }
    }

    struct Request {
        var head: String
        var body: String

        func header(_ name: String) -> String? {
            head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
                .map { String($0.dropFirst(name.utf8.count + 2)) }
        }
    }

    let port: Int
    var url: String { "http://127.0.0.1:\(port)/hook?a=b" }
    private let listening: CInt
    private let answer: @Sendable (Int) -> Answer
    private let condition = NSCondition()
    private var recorded: [Request] = []

    /// `answer` is given the number of the request, from 0.
    init(_ answer: @escaping @Sendable (Int) -> Answer) throws {
        listening = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        self.answer = answer
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listening = listening
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, length) == 0 && listen(listening, 128) == 0
                    && getsockname(listening, $0, &length) == 0
            }
        }
        port = Int(in_port_t(bigEndian: address.sin_port))
        guard isListening else { throw RawClient.Failure(description: "cannot listen: errno \(errno)") }
        Thread.detachNewThread { self.run() }
    }

    /// Accepts nothing any more.
    func stop() { shutdown(listening, CInt(SHUT_RDWR)) }

    /// The first `count` requests, which have to come within 20 s.
    func first(_ count: Int) throws -> [Request] {
        condition.lock()
        defer { condition.unlock() }
        let deadline = Date().addingTimeInterval(20)
        while recorded.count < count {
            guard condition.wait(until: deadline) else {
                throw RawClient.Failure(description: "\(recorded.count) of \(count) requests came within 20 s")
            }
        }
        return Array(recorded.prefix(count))
    }

    var requests: [Request] { condition.withLock { recorded } }

    private func run() {
        while true {
            let descriptor = accept(listening, nil, nil)
            guard descriptor >= 0 else { break }
            serve(descriptor)
            close(descriptor)
        }
        close(listening)
    }

    private func serve(_ descriptor: CInt) {
        var bytes: [UInt8] = []
        while true {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            bytes += chunk[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            var request = Request(head: String(text[..<end.lowerBound]), body: String(text[end.upperBound...]))
            guard let length = request.header("content-length").flatMap({ Int($0) }),
                request.body.utf8.count >= length
            else { continue }
            request.body = String(decoding: Array(request.body.utf8.prefix(length)), as: UTF8.self)
            let number = condition.withLock {
                recorded.append(request)
                condition.broadcast()
                return recorded.count - 1
            }
            switch answer(number) {
            case .silence: _ = recv(descriptor, &chunk, chunk.count, 0)
            case .text(let text):
                let answer = Array(text.utf8)
                _ = answer.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
                shutdown(descriptor, CInt(SHUT_WR))
                // A sender that has not read all yet would lose it in a reset.
                while recv(descriptor, &chunk, chunk.count, 0) > 0 {}
            }
            return
        }
    }
}
