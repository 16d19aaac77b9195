import Glibc

/// TCP ports of 127.0.0.1.
enum LoopbackPort {
    /// A port that no program listens on at this moment.
    static func findFree() throws(ManagedBrokerError) -> Int {
        let socket = try open(boundTo: 0)
        defer { close(socket) }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutableBytes(of: &address) {
            getsockname(socket, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
        }
        guard code == 0 else { throw .system(operation: "finding a free port", code: errno) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Throws `portTaken` when a program listens on `port`.
    static func checkFree(_ port: Int) throws(ManagedBrokerError) {
        close(try open(boundTo: port))
    }

    /// Whether a program accepts connections on `port`.
    static func accepts(_ port: Int) -> Bool {
        let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        return withAddress(port) { connect(socket, $0, $1) } == 0
    }

    private static func open(boundTo port: Int) throws(ManagedBrokerError) -> CInt {
        let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw .system(operation: "opening a socket", code: errno) }
        var isOn: CInt = 1
        // As mosquitto does: connections of an earlier run that still linger do not hold the port.
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<CInt>.size))
        guard withAddress(port, { bind(socket, $0, $1) }) == 0 else {
            let code = errno
            close(socket)
            if code == EADDRINUSE { throw .portTaken(port: port) }
            throw .system(operation: "taking port \(port) of 127.0.0.1", code: code)
        }
        return socket
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
