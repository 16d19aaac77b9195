import Glibc
import Synchronization
import Testing

@testable import ChatrixMQTT

/// A listener that passes one connection at a time to another port, and that can keep the answers back.
final class TCPRelay: Sendable {
    private struct Orders {
        var holdsAnswers = false
        var cuts = 0
        var isStopped = false
    }

    private final class OrderBox: Sendable {
        let orders = Mutex(Orders())
    }

    private let box = OrderBox()
    private let thread: SystemThread

    init(from port: Int, to target: Int) throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var isOn: CInt = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<CInt>.size))
        try #require(Self.withAddress(port) { bind(listener, $0, $1) } == 0)
        try #require(listen(listener, 16) == 0)
        let box = box
        thread = try SystemThread(name: "relay") { Self.run(listener, target, box) }
    }

    /// While true, what the target answers is thrown away; ends with the connection that is cut.
    var holdsAnswers: Bool {
        get { box.orders.withLock { $0.holdsAnswers } }
        set { box.orders.withLock { $0.holdsAnswers = newValue } }
    }

    func cutConnections() {
        box.orders.withLock { orders in
            orders.cuts += 1
            orders.holdsAnswers = false
        }
    }

    func stop() {
        box.orders.withLock { $0.isStopped = true }
        thread.join()
    }

    private static func run(_ listener: CInt, _ target: Int, _ box: OrderBox) {
        defer { close(listener) }
        while !box.orders.withLock({ $0.isStopped }) {
            guard isReadable(listener) else { continue }
            let client = accept(listener, nil, nil)
            guard client >= 0 else { continue }
            let server = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            if withAddress(target, { connect(server, $0, $1) }) == 0 { pass(client, server, box) }
            close(client)
            close(server)
        }
    }

    private static func pass(_ client: CInt, _ server: CInt, _ box: OrderBox) {
        let cuts = box.orders.withLock { $0.cuts }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var sockets = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&sockets, 2, 10)
            let orders = box.orders.withLock { $0 }
            if orders.isStopped || orders.cuts != cuts { return }
            guard ready > 0 else { continue }
            if sockets[0].revents != 0 {
                let count = recv(client, &buffer, buffer.count, 0)
                guard count > 0, send(server, buffer, count, CInt(MSG_NOSIGNAL)) == count else { return }
            }
            if sockets[1].revents != 0 {
                let count = recv(server, &buffer, buffer.count, 0)
                guard count > 0 else { return }
                if !orders.holdsAnswers {
                    guard send(client, buffer, count, CInt(MSG_NOSIGNAL)) == count else { return }
                }
            }
        }
    }

    private static func isReadable(_ descriptor: CInt) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 10) > 0
    }

    private static func withAddress(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
