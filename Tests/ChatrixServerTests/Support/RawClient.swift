import Glibc

/// A blocking TCP connection that sends literal bytes. Every wait has a deadline.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let descriptor: CInt
    private(set) var received: [UInt8] = []
    private(set) var isAtEnd = false

    /// A small `receiveBuffer` lets the server notice soon that nobody reads.
    init(port: Int, receiveBuffer: CInt? = nil) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "socket: errno \(errno)") }
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<CInt>.size))
        }
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
            throw Failure(description: "connect to \(port): errno \(problem)")
        }
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Sends everything or, when the server does not take it, as much as possible; returns how much.
    @discardableResult
    func send(_ text: String) -> Int { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8], within seconds: Int = 10) -> Int {
        var sent = 0
        while sent < bytes.count {
            guard isReady(for: POLLOUT, within: seconds) else { break }
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
            }
            if count < 0 { break }
            sent += count
        }
        return sent
    }

    func closeOutput() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Ends the connection with a reset in place of the orderly end.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        shutdown(descriptor, CInt(SHUT_RD))
    }

    private func isReady(for events: CInt, within seconds: Int) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&request, 1, CInt(seconds * 1000)) == 1
    }

    /// Reads once, at most until the deadline; false at the end of the stream or after a reset.
    func readMore(within seconds: Int) throws -> Bool {
        guard isReady(for: POLLIN, within: seconds) else {
            throw Failure(
                description: "nothing came within \(seconds) s; so far: \(String(decoding: received, as: UTF8.self))")
        }
        var chunk = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else {
            isAtEnd = true
            return false
        }
        received.append(contentsOf: chunk[..<count])
        return true
    }

    /// Takes bytes away from the front of what was received.
    func discard(_ count: Int) { received.removeFirst(count) }

    /// All that comes before the server ends the connection.
    func readToEnd(within seconds: Int = 10) throws -> String {
        while try readMore(within: seconds) {}
        defer { received = [] }
        return String(decoding: received, as: UTF8.self)
    }

    /// Waits until the server ends this connection or `other`; true if it was this one.
    func isClosed(before other: RawClient, within seconds: Int = 10) throws -> Bool {
        var requests = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&requests, 2, CInt(seconds * 1000)) > 0 else {
            throw Failure(description: "neither connection was ended within \(seconds) s")
        }
        return requests[0].revents != 0
    }

    /// One answer whose body `Content-Length` frames; removed from what was received.
    func readAnswer(hasBody: Bool = true, within seconds: Int = 10) throws -> Answer {
        while true {
            if let answer = Answer(&received, hasBody: hasBody) { return answer }
            guard try readMore(within: seconds) else {
                throw Failure(description: "the connection ended after: \(String(decoding: received, as: UTF8.self))")
            }
        }
    }

    /// An HTTP answer as text.
    struct Answer: Equatable {
        var statusLine: String
        var headers: [String]
        var body: String

        init?(_ bytes: inout [UInt8], hasBody: Bool) {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
            var lines = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
            statusLine = lines.removeFirst()
            headers = lines
            let length =
                lines.lazy.compactMap { line in
                    line.hasPrefix("Content-Length: ") ? Int(line.dropFirst(16)) : nil
                }.first ?? 0
            let head = text[..<end.upperBound].utf8.count
            let total = head + (hasBody ? length : 0)
            guard bytes.count >= total else { return nil }
            body = String(decoding: bytes[head..<total], as: UTF8.self)
            bytes.removeFirst(total)
        }
    }
}
