import ChatrixConformance
import Foundation
import Glibc

/// A small HTTP server on a free port of 127.0.0.1 that records requests and answers them from a script.
///
/// One thread serves all connections; it ends when the listener is released.
final class WebhookListener {
    let port: Int
    var url: String { "http://127.0.0.1:\(port)/hook" }
    private let loop: Loop
    private let wakeDescriptor: CInt

    init(answers: [WebhookReceiver.Answer]) throws {
        let listening = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard listening >= 0 else { throw TargetError("open", "a socket", cause: "errno \(errno)") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, length) == 0 && listen(listening, 128) == 0
                    && getsockname(listening, $0, &length) == 0 ? 0 : errno
            }
        }
        var pipeEnds: [CInt] = [0, 0]
        guard code == 0, pipe(&pipeEnds) == 0 else {
            Glibc.close(listening)
            throw TargetError("listen on", "127.0.0.1", cause: "errno \(code)")
        }
        port = Int(in_port_t(bigEndian: address.sin_port))
        wakeDescriptor = pipeEnds[1]
        let loop = Loop(listening: listening, wake: pipeEnds[0], answers: answers[...])
        self.loop = loop
        Thread.detachNewThread { loop.run() }
    }

    deinit { Glibc.close(wakeDescriptor) }

    /// All complete requests so far, in order.
    var requests: [WebhookReceiver.Request] { loop.requests }
}

extension WebhookListener {
    /// Everything but `requests` belongs to the thread.
    fileprivate final class Loop: @unchecked Sendable {
        private let listening: CInt
        private let wake: CInt
        private var answers: ArraySlice<WebhookReceiver.Answer>
        private var connections: [CInt: [UInt8]] = [:]
        private let lock = NSLock()
        private var recorded: [WebhookReceiver.Request] = []

        init(listening: CInt, wake: CInt, answers: ArraySlice<WebhookReceiver.Answer>) {
            self.listening = listening
            self.wake = wake
            self.answers = answers
        }

        var requests: [WebhookReceiver.Request] { lock.withLock { recorded } }

        func run() {
            while true {
                var entries = ([wake, listening] + connections.keys).map {
                    pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
                }
                guard poll(&entries, nfds_t(entries.count), -1) >= 0 || errno == EINTR else { break }
                // The other end of the pipe was closed.
                if entries[0].revents != 0 { break }
                if entries[1].revents != 0 { accept() }
                for entry in entries[2...] where entry.revents != 0 { read(entry.fd) }
            }
            for descriptor in [wake, listening] + connections.keys { Glibc.close(descriptor) }
        }

        private func accept() {
            let descriptor = Glibc.accept(listening, nil, nil)
            guard descriptor >= 0 else { return }
            guard answers.first == .refusal else {
                connections[descriptor] = []
                return
            }
            answers.removeFirst()
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
            Glibc.close(descriptor)
        }

        private func read(_ descriptor: CInt) {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0, var bytes = connections.removeValue(forKey: descriptor) else {
                connections[descriptor] = nil
                Glibc.close(descriptor)
                return
            }
            bytes += chunk[..<count]
            connections[descriptor] = bytes
            guard let request = Loop.parse(bytes) else { return }
            connections[descriptor] = []
            lock.withLock { recorded.append(request) }
            answer(descriptor)
        }

        private func answer(_ descriptor: CInt) {
            let text: String
            switch answers.popFirst() ?? .status(200) {
            case .status(let status):
                let isBodyless = status == 204 || status == 304
                text =
                    "HTTP/1.1 \(status) X\r\n" + (isBodyless ? "" : "Content-Length: 2\r\n") + "\r\n"
                    + (isBodyless ? "" : "ok")
            case .redirect(let url): text = "HTTP/1.1 307 X\r\nLocation: \(url)\r\nContent-Length: 0\r\n\r\n"
            // The sender gives up in the end and closes the connection.
            case .silence, .refusal: return
            }
            _ = Array(text.utf8).withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
        }

        /// A whole request that `Content-Length` frames; `nil` as long as something is missing.
        private static func parse(_ bytes: [UInt8]) -> WebhookReceiver.Request? {
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            let headers = lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                return Exchange.Header(String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
            }
            let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
            guard bytes.count >= end.upperBound + length else { return nil }
            return WebhookReceiver.Request(
                method: String(lines.first?.prefix { $0 != " " } ?? ""), headers: headers,
                body: Array(bytes[end.upperBound..<end.upperBound + length]), at: nil)
        }
    }
}
