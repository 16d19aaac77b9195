import CLinux
import Glibc

/// An epoll instance.
final class Poller: @unchecked Sendable {
    struct Interest: OptionSet {
        let rawValue: UInt32
        static let read = Interest(rawValue: EPOLLIN.rawValue)
        static let write = Interest(rawValue: EPOLLOUT.rawValue)
        static let failure = Interest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
        /// Report a change once instead of for as long as it lasts.
        static let edge = Interest(rawValue: EPOLLET.rawValue)
    }

    static let capacity = 512
    private let descriptor: CInt
    private let ready = UnsafeMutablePointer<epoll_event>.allocate(capacity: capacity)

    init() throws(MQTTError) {
        descriptor = epoll_create1(CInt(EPOLL_CLOEXEC))
        guard descriptor >= 0 else {
            ready.deallocate()
            throw .system(operation: "opening an epoll instance", code: errno)
        }
    }

    deinit {
        close(descriptor)
        ready.deallocate()
    }

    func add(_ socket: CInt, _ interest: Interest, key: UInt64) throws(MQTTError) {
        try control(EPOLL_CTL_ADD, socket, interest, key)
    }

    func modify(_ socket: CInt, _ interest: Interest, key: UInt64) throws(MQTTError) {
        try control(EPOLL_CTL_MOD, socket, interest, key)
    }

    func remove(_ socket: CInt) {
        // Fails only when the socket is closed already, and then epoll has forgotten it.
        epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, nil)
    }

    /// Waits up to `milliseconds` (-1: for ever) and calls `body` for every socket that is ready.
    func wait(milliseconds: CInt, _ body: (UInt64, Interest) -> Void) {
        let count = epoll_wait(descriptor, ready, CInt(Self.capacity), milliseconds)
        // The only failure left after a valid set-up is EINTR; the loop comes back by itself.
        for index in 0..<Int(max(0, count)) {
            body(ready[index].data.u64, Interest(rawValue: ready[index].events))
        }
    }

    private func control(_ operation: CInt, _ socket: CInt, _ interest: Interest, _ key: UInt64) throws(MQTTError) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: key))
        guard epoll_ctl(descriptor, operation, socket, &event) == 0 else {
            throw .system(operation: "watching an MQTT socket with epoll", code: errno)
        }
    }
}
